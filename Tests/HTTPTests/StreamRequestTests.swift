import NIOCore
import Testing

@testable import HTTP

@Suite("The client's half of an HTTP/2 stream, RFC 9113 §8.1")
struct StreamRequestTests {
    private static func fields(_ method: String, _ more: (String, String)...) -> [(name: String, value: String)] {
        [(":method", method), (":scheme", "http"), (":path", "/echo"), (":authority", "a")] + more
    }

    private static func text(_ outcome: StreamRequest.Outcome) -> String? {
        outcome.bytes.map { String(buffer: $0) }
    }

    @Test("a body without a length is chunked for the parser; other bodies are unchanged")
    func framing() {
        var request = StreamRequest()
        #expect(
            Self.text(request.fieldsArrived(Self.fields("POST"), endsStream: false))
                == "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(Self.text(request.contentArrived(ByteBuffer(string: "hello"), endsStream: false)) == "5\r\nhello\r\n")
        #expect(Self.text(request.contentArrived(ByteBuffer(), endsStream: false)) == "")
        #expect(Self.text(request.contentArrived(ByteBuffer(string: "!"), endsStream: true)) == "1\r\n!\r\n0\r\n\r\n")
        #expect(request.hasEnded)

        var counted = StreamRequest()
        let head = counted.fieldsArrived(Self.fields("POST", ("content-length", "5")), endsStream: false)
        #expect(Self.text(head)?.hasSuffix("\r\ncontent-length: 5\r\n\r\n") == true)
        #expect(Self.text(counted.contentArrived(ByteBuffer(string: "hello"), endsStream: true)) == "hello")

        var empty = StreamRequest()
        let whole = empty.fieldsArrived(Self.fields("POST"), endsStream: true)
        #expect(Self.text(whole) == "POST /echo HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(empty.hasEnded)
    }

    @Test("unexpected content is discarded up to 64 KiB", arguments: ["GET", "HEAD", "PUT"])
    func discarding(method: String) {
        var request = StreamRequest()
        #expect(request.fieldsArrived(Self.fields(method), endsStream: false).then == .goOn)
        #expect(request.isHead == (method == "HEAD"))
        let quarter = ByteBuffer(repeating: 0x0a, count: 16 << 10)
        for _ in 0..<4 {
            #expect(request.contentArrived(quarter, endsStream: false) == StreamRequest.Outcome())
        }
        let more = ByteBuffer(repeating: 0x0a, count: 1)
        #expect(request.contentArrived(more, endsStream: false).then == .reset(.enhanceYourCalm))
    }

    @Test("a body with another length than declared is malformed", arguments: [(4, false), (2, true), (0, true)])
    func wrongLength(bytes: Int, endsStream: Bool) {
        var request = StreamRequest()
        _ = request.fieldsArrived(Self.fields("POST", ("content-length", "3")), endsStream: false)
        let content = ByteBuffer(repeating: 0x61, count: bytes)
        #expect(request.contentArrived(content, endsStream: endsStream).then == .reset(.protocolError))
        var ended = StreamRequest()
        let outcome = ended.fieldsArrived(Self.fields("POST", ("content-length", "3")), endsStream: true)
        #expect(outcome.then == .reset(.protocolError))
    }

    @Test("valid trailers end a body; others are malformed")
    func trailers() {
        var request = StreamRequest()
        _ = request.fieldsArrived(Self.fields("POST"), endsStream: false)
        #expect(Self.text(request.fieldsArrived([("x", "y")], endsStream: true)) == "0\r\n\r\n")
        #expect(request.hasEnded)

        for (fields, endsStream) in [([("x", "y")], false), ([(":path", "/")], true), (Self.fields("GET"), true)] {
            var request = StreamRequest()
            _ = request.fieldsArrived(Self.fields("POST"), endsStream: false)
            #expect(request.fieldsArrived(fields, endsStream: endsStream).then == .reset(.protocolError))
        }
    }

    @Test("after the response the rest of a body is discarded, up to the same limit")
    func afterTheAnswer() {
        var request = StreamRequest()
        _ = request.fieldsArrived(Self.fields("POST"), endsStream: false)
        request.responseEnded()
        let limit = StreamRequest.maximumDiscardedBytes
        #expect(request.contentArrived(ByteBuffer(repeating: 0, count: limit), endsStream: false).bytes == nil)
        let more = ByteBuffer(repeating: 0, count: 1)
        #expect(request.contentArrived(more, endsStream: true).then == .reset(.enhanceYourCalm))
    }

    @Test("a WebSocket's content is passed on, and the end of the stream is the peer's end")
    func webSocket() {
        var request = StreamRequest()
        let fields = Self.fields("CONNECT", (":protocol", "websocket"))
        #expect(request.fieldsArrived(fields, endsStream: false).then == .goOn)
        #expect(request.opensWebSocket)
        #expect(Self.text(request.contentArrived(ByteBuffer(string: "frame"), endsStream: false)) == "frame")
        #expect(request.contentArrived(ByteBuffer(), endsStream: true).then == .peerEnded)
    }

    @Test("no order of frames traps", arguments: 0..<200 as Range<UInt64>)
    func anyOrder(seed: UInt64) {
        var dice = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        func roll(_ sides: UInt64) -> Int {
            dice = dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((dice >> 33) % sides)
        }
        let lengths = ["0", "3", "-1", "99999999999999999999", "x", "9223372036854775807"]
        var request = StreamRequest()
        for _ in 0..<20 {
            switch roll(4) {
            case 0:
                let method = ["GET", "POST", "HEAD", "CONNECT", "PUT"][roll(5)]
                let length = roll(2) == 0 ? [] : [(name: "content-length", value: lengths[roll(6)])]
                _ = request.fieldsArrived(Self.fields(method) + length, endsStream: roll(3) == 0)
            case 1: _ = request.fieldsArrived([("x", "y")], endsStream: roll(2) == 0)
            case 2: _ = request.contentArrived(ByteBuffer(repeating: 1, count: roll(40_000)), endsStream: roll(4) == 0)
            default: request.responseEnded()
            }
        }
    }
}
