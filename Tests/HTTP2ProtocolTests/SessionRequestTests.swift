import HTTP
import NIOCore
import Testing

@testable import HTTP2Protocol

@Suite("A server's HTTP/2 session: requests and responses")
struct SessionRequestTests {
    private static func head(_ text: String) -> HTTP2Head? {
        var heads = HTTP2Heads()
        return head(text, &heads)
    }

    private static func head(_ text: String, _ heads: inout HTTP2Heads) -> HTTP2Head? {
        var response = HTTP2Response()
        response.written(ByteBuffer(string: text))
        guard case .head(let head, _) = response.next(from: &heads) else { return nil }
        return head
    }

    @Test("SETTINGS come first, and the client's are acknowledged", arguments: [1, 7, 1_000])
    func settings(pieceBytes: Int) {
        let peer = Peer(nil, streams: 7)
        #expect(peer.sent() == ["SETTINGS of 18 B"])
        #expect(peer.receive(Wire.preface + Wire.settings((4, 100)), pieceBytes: pieceBytes) == [])
        #expect(peer.sent() == ["SETTINGS ACK"])
    }

    @Test("a request and its response end their stream", arguments: [1, 7, 1_000])
    func exchange(pieceBytes: Int) throws {
        let peer = Peer()
        #expect(peer.receive(Wire.headers(stream: 1), pieceBytes: pieceBytes) == ["request 1 GET,http,/,a END"])
        let head = try #require(Self.head("HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 3\r\n\r\n"))
        peer.session.send(head, on: 1, endsStream: false)
        peer.session.send(ByteBuffer(string: "abc"), on: 1, endsStream: true)
        #expect(peer.events() == ["ended 1"])
        #expect(peer.sent() == ["HEADERS 1 :status=200,x=y,content-length=3 of 9 B", "DATA 1 3 END"])
        // Nothing is sent on an ended stream.
        peer.session.send(ByteBuffer(string: "abc"), on: 1, endsStream: true)
        peer.session.reset(1, 8)
        #expect(peer.sent() == [])
    }

    @Test("headers that were sent before take one byte each, and none of them is encoded again")
    func repeatedHeads() throws {
        let peer = Peer()
        var heads = HTTP2Heads()
        let texts = ["HTTP/1.1 200 OK\r\nX: y\r\n\r\n", "HTTP/1.1 200 OK\r\nX: z\r\n\r\n"]
        var frames: [String] = []
        for (number, text) in [texts[0], texts[0], texts[0], texts[1], texts[0], texts[1]].enumerated() {
            let stream = 2 * number + 1
            _ = peer.receive(Wire.headers(stream: stream))
            let head = try #require(Self.head(text, &heads))
            peer.session.send(head, on: stream, endsStream: true)
            frames += peer.sent().map { String($0.dropFirst("HEADERS 1 ".count)) }
        }
        frames = frames.map { $0.replacing(" ", with: "") }
        let (y, z) = (":status=200,x=yof", ":status=200,x=zof")
        #expect(
            frames.map { $0.replacing("END", with: "") } == [
                y + "6B", y + "2B", y + "2B", z + "4B", y + "2B", z + "2B",
            ])
    }

    @Test("a repeated block is not decoded again, unless it changes the table")
    func repeatedBlocks() throws {
        let peer = Peer()
        func number(_ stream: Int, _ block: [UInt8]) -> UInt64? {
            peer.session.received(ByteBuffer(bytes: Wire.headers(stream: stream, block)))
            guard case .fields(_, let block, _, _) = peer.session.next() else { return nil }
            return block.number
        }
        let first = try #require(number(1, Wire.get))
        #expect(number(3, Wire.get) == first)
        // With indexing: each adds an entry.
        let indexing: [UInt8] = [0x82, 0x86, 0x84, 0x41, 0x01, 0x61]
        let second = try #require(number(5, indexing))
        #expect(second != first)
        #expect(number(7, indexing) != second)
        // Refers to the newest entry.
        #expect(number(9, [0x82, 0x86, 0x84, 0xbe]) != nil)
        #expect(peer.session.next() == nil)
    }

    @Test("CONTINUATION frames complete a block; more than five end the connection")
    func continuations() {
        let peer = Peer()
        let pieces = Wire.get.map { [$0] }
        #expect(peer.receive(Wire.headers(stream: 1, flags: 1, pieces[0])) == [])
        for piece in pieces[1...4] { #expect(peer.receive(Wire.frame(9, 0, stream: 1, piece)) == []) }
        #expect(peer.receive(Wire.frame(9, 4, stream: 1, pieces[5])) == ["request 1 GET,http,/,a END"])
        #expect(peer.receive(Wire.headers(stream: 3, flags: 1, pieces[0])) == [])
        for piece in pieces[1...5] { #expect(peer.receive(Wire.frame(9, 0, stream: 3, piece)) == []) }
        #expect(peer.receive(Wire.frame(9, 4, stream: 3)) == ["failed enhanceYourCalm"])
        #expect(peer.sent() == ["GOAWAY 3 11"] || peer.hasFailed)
    }

    @Test("a large block is split by the maximum of a frame")
    func largeHead() throws {
        let peer = Peer()
        _ = peer.receive(Wire.headers(stream: 1))
        // Not compressible: 8 bits for each `Z`, at most.
        let text = "HTTP/1.1 200 OK\r\nX: \(String(repeating: "Z", count: 20_000))\r\n\r\n"
        peer.session.send(try #require(Self.head(text)), on: 1, endsStream: true)
        let frames = peer.sent()
        #expect(frames.count == 2 && frames[0].hasSuffix("of 16384 B END") && frames[1].hasPrefix("CONTINUATION 1 "))
    }

    @Test("padding and the old priority are removed")
    func padding() {
        let peer = Peer()
        let block: [UInt8] = [2, 0, 0, 0, 0, 9] + Wire.get + [0, 0]
        #expect(
            peer.receive(Wire.frame(1, 0x2c, stream: 1, block)) == ["request 1 GET,http,/,a"])
        #expect(peer.receive(Wire.frame(0, 9, stream: 1, [3, 7, 7, 0, 0, 0])) == ["content 1 2 END"])
    }

    @Test("trailers belong to the stream's request")
    func trailers() {
        let peer = Peer()
        _ = peer.receive(Wire.headers(stream: 1, flags: 4))
        #expect(peer.receive(Wire.headers(stream: 1, [0x00, 1, 0x78, 1, 0x79])) == ["trailers 1 y END"])
    }

    @Test("a reset stream ends, and late frames of it are ignored")
    func resets() {
        let peer = Peer()
        _ = peer.receive(Wire.headers(stream: 1, flags: 4) + Wire.headers(stream: 3, flags: 4))
        #expect(peer.receive(Wire.frame(3, stream: 1, Wire.number(8))) == ["reset", "ended 1"])
        peer.session.reset(3, 7)
        #expect(peer.events() == ["ended 3"])
        #expect(peer.sent() == ["RST_STREAM 3 7"])
        #expect(peer.receive(Wire.frame(0, stream: 3, [1]) + Wire.headers(stream: 3)) == [])
        #expect(peer.sent() == [])
        // The client has ended this one itself.
        #expect(peer.receive(Wire.frame(0, stream: 1, [1])) == [])
        #expect(peer.sent() == ["RST_STREAM 1 5"])
    }

    @Test("PING is answered, its answers and GOAWAY are not")
    func control() {
        let peer = Peer()
        let payload = [UInt8](repeating: 1, count: 8)
        let frames = [
            Wire.frame(6, payload: payload), Wire.frame(6, 1, stream: 0, payload), Wire.frame(7, payload: payload),
        ]
        #expect(peer.receive(frames.flatMap { $0 }) == [])
        #expect(peer.sent() == ["PING ACK 1"])
        peer.session.announceEnd()
        #expect(peer.sent() == ["GOAWAY 2147483647 0"])
    }
}
