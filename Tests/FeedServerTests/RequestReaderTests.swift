import HTTP
import NIOCore
import Testing
import Transports

@testable import FeedServer

@Suite("The protocol of a connection's first bytes")
struct RequestReaderTests {
    private static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    @Test(
        "each protocol is detected, at any split of its bytes",
        arguments: [
            ("GET /poll?after=3 HTTP/1.1\r\nHost: a\r\n\r\n", "request /poll"),
            ("PRINT /poll HTTP/1.1\r\nHost: a\r\n\r\n", "request /poll"),
            ("FEEDS /poll HTTP/1.1\r\nHost: a\r\n\r\n", "request /poll"),
            ("FEED after=3\n", "opening 3"),
            (preface, "HTTP/2"),
        ], [1, 2, 3, 5, 100])
    func dialects(of wire: (text: String, reading: String), chunkBytes: Int) throws {
        var reader = RequestReader(isStream: false)
        var readings: [String] = []
        var rest = wire.text.utf8[...]
        while !rest.isEmpty {
            #expect(readings.isEmpty, "nothing is read before the last byte")
            reader.received(ByteBuffer(bytes: rest.prefix(chunkBytes)))
            rest = rest.dropFirst(chunkBytes)
            if let reading = text(try reader.next()) { readings.append(reading) }
        }
        #expect(readings == [wire.reading])
        #expect((reader.firstLineTransport != nil) == (wire.reading == "opening 3"))
        // The preface is left for HTTP/2 to read again.
        #expect(reader.bytes.readableBytes == (wire.reading == "HTTP/2" ? 24 : 0))
    }

    @Test("an HTTP/2 stream carries only HTTP", arguments: ["FEED after=3\n\n", preface])
    func stream(text: String) {
        var reader = RequestReader(isStream: true)
        reader.received(ByteBuffer(string: text))
        #expect(throws: RequestFault.self) { try reader.next() }
        #expect(reader.firstLineTransport == nil)
    }

    @Test("pipelined requests are read one by one")
    func pipelined() throws {
        var reader = RequestReader(isStream: false)
        reader.received(ByteBuffer(string: "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HT"))
        #expect(text(try reader.next()) == "request /a")
        #expect(text(try reader.next()) == nil)
        reader.received(ByteBuffer(string: "TP/1.1\r\nHost: a\r\n\r\n"))
        #expect(text(try reader.next()) == "request /b")
    }

    @Test("what is left of shared bytes is copied, and nothing keeps their memory", arguments: [0, 1, 18, 27])
    func ownBytes(left: Int) throws {
        let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        var shared = ByteBuffer(bytes: Array(request.utf8) + request.utf8.prefix(left))
        let memory = shared.withVeryUnsafeBytes { $0.baseAddress }
        var reader = RequestReader(isStream: false)
        reader.received(shared)
        #expect(text(try reader.next()) == "request /a")
        #expect(text(try reader.next()) == nil)
        reader.keepOwnBytes()
        // Without another owner, a change stays in place.
        shared.setInteger(UInt8(ascii: "X"), at: request.utf8.count)
        #expect(shared.withVeryUnsafeBytes { $0.baseAddress } == memory)
        reader.received(ByteBuffer(bytes: request.utf8.dropFirst(left)))
        #expect(text(try reader.next()) == "request /a")
    }

    @Test("skipping discards at most the requested and the available bytes")
    func skipping() {
        var reader = RequestReader(isStream: false)
        reader.received(ByteBuffer(string: "abcde"))
        #expect(reader.skip(3) == 3)
        #expect(reader.skip(3) == 2)
        #expect(reader.skip(3) == 0)
    }

    private func text(_ reading: RequestReader.Reading) -> String? {
        switch reading {
        case .incomplete: nil
        case .http2: "HTTP/2"
        case .request(let head): "request \(head.text(head.path))"
        case .firstLine(let line, _): "opening \(line.after ?? 0)"
        }
    }
}
