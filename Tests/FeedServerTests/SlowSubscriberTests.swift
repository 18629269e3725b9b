import Feed
import FeedServer
import Foundation
import Measurement
import NIOCore
import Testing
import Transports
import WebSocketProtocol

@Suite("A WebSocket client that does not read, for every form of the feed", .timeLimit(.minutes(1)))
struct SlowSubscriberTests {
    struct Form: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let fields: [String]
        var deflate: DeflateParameters?
        var isBinary = false

        static let binary = "Sec-WebSocket-Protocol: pushlab.binary.v1"
        static let takeover = "Sec-WebSocket-Extensions: permessage-deflate"
        static let alone = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover"
        static let agreedAlone = DeflateParameters(serverNoContextTakeover: true)
        static let all = [
            Form(testDescription: "binary", fields: [binary], isBinary: true),
            Form(testDescription: "no context", fields: [alone], deflate: agreedAlone),
            Form(testDescription: "context", fields: [takeover], deflate: DeflateParameters()),
            Form(
                testDescription: "binary with context", fields: [binary, takeover], deflate: DeflateParameters(),
                isBinary: true),
        ]
    }

    @Test(
        "it is closed with 4410 or skips items, by policy; it is counted, and its messages are intact",
        arguments: Form.all, SlowSubscriberPolicy.allCases)
    func slow(form: Form, policy: SlowSubscriberPolicy) async throws {
        let lines = Self.lines
        let last = lines.count
        try await withServer {
            $0.historyItems = 4
            $0.settings.slowSubscriber = policy
        } running: { server in
            let port = server.port
            let slow = try await blocking { () -> Reader in
                let connection = try RawConnection(port: port, receiveBufferBytes: 4_096)
                return try Reader(connection, form)
            }
            let quick = try await blocking { try Quick(RawConnection(port: port)) }
            // 9 MB, far more than the socket buffers hold, compressed or not; a fast client reads each item.
            for number in 1...last {
                server.publish(line: Array(lines[number - 1].readableBytesView))
                let answer = try await blocking { try quick.raw.exchange("/long-poll?after=\(number - 1)") }
                try #require(answer.sequences == [UInt64(number)])
            }
            let status = try await blocking { () -> ServerStatus in
                let closeCode = try slow.readItems(through: UInt64(last), lines)
                #expect(zip(slow.sequences, slow.sequences.dropFirst()).allSatisfy { $0 < $1 })
                #expect(slow.sequences.first == 1)
                #expect(slow.sequences.count < last)
                #expect((closeCode == nil) == (policy == .skip))
                if policy == .skip { #expect(slow.sequences.last == UInt64(last)) }
                let body = try quick.raw.exchange("/stats").body
                return try JSONDecoder().decode(ServerStatus.self, from: Data(body.utf8))
            }
            let lost = UInt64(last - slow.sequences.count)
            #expect(status.slowDisconnects == (policy == .disconnect ? 1 : 0))
            #expect(status.skippedItems == (policy == .skip ? lost : 0))
        }
    }

    /// Random lines of 64 different characters, which hardly compress; made once, because a debug build takes seconds.
    private static let lines = {
        var random = SeededGenerator(seed: 11)
        return (0..<150).map { _ in
            var line = ByteBuffer()
            for _ in 0..<7_500 { line.writeInteger(random.next() & 0x3f3f_3f3f_3f3f_3f3f + 0x3030_3030_3030_3030) }
            return line
        }
    }()
}

/// Passes a connection between threads; only one thread uses it at a time.
private struct Quick: @unchecked Sendable {
    let raw: RawConnection

    init(_ raw: RawConnection) { self.raw = raw }
}

/// A client that reads and decodes on request; only one thread uses it at a time.
private final class Reader: @unchecked Sendable {
    private let connection: RawConnection
    private let form: SlowSubscriberTests.Form
    private var endpoint: WebSocketEndpoint
    private(set) var sequences: [UInt64] = []

    init(_ connection: RawConnection, _ form: SlowSubscriberTests.Form) throws {
        self.connection = connection
        self.form = form
        endpoint = WebSocketEndpoint(role: .client, deflate: form.deflate)
        let fields =
            [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + form.fields
        try connection.send("GET /ws?after=0 HTTP/1.1\r\nHost: a\r\n" + fields.joined(separator: "\r\n") + "\r\n\r\n")
        let answer = try connection.readResponse()
        #expect(answer.status == 101)
        #expect((answer["sec-websocket-extensions"] != nil) == (form.deflate != nil))
    }

    /// Reads until the last item or a Close, and compares each item with its line.
    ///
    /// - Returns: The code of the Close; `nil` without a Close.
    func readItems(through last: UInt64, _ lines: [ByteBuffer]) throws -> Int? {
        while sequences.last != last {
            var bytes = ByteBuffer(bytes: try connection.readAvailable())
            endpoint.receive(&bytes)
            while let event = try endpoint.nextEvent() {
                switch event {
                case .message(_, let payload): try take(payload, lines)
                case .closeReceived(let code, _):
                    #expect(code?.rawValue == 4_410)
                    return code.map { Int($0.rawValue) }
                default: break
                }
            }
        }
        return nil
    }

    private func take(_ payload: ByteBuffer, _ lines: [ByteBuffer]) throws {
        let header = payload.withUnsafeReadableBytes {
            form.isBinary ? ItemBinary.header(of: $0) : ItemText.header(of: $0)
        }
        let sequence = try #require(header).sequence
        sequences.append(sequence)
        let line = lines[Int(sequence) - 1]
        let start = payload.writerIndex - line.readableBytes
        #expect(payload.getSlice(at: start, length: line.readableBytes) == line, "item \(sequence) is damaged")
    }
}
