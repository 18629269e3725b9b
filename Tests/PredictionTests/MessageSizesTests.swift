import Measurement
import Testing
import Transports
import WireAccounting

@testable import Prediction

@Suite("Sizes of messages, from the transports' own encoders")
struct MessageSizesTests {
    private func sizes(
        _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:], payload: Int = 128
    ) throws -> MessageSizes {
        MessageSizes(type, options: try type.checkedOptions(options), payload: payload, authority: "127.0.0.1:40000")
    }

    @Test("the exchange of 2009 has 716 and 193 bytes of headers")
    func quantum() throws {
        let sizes = try sizes(ShortPolling.self, ["headers": .choice("quantum2009")], payload: 20)
        #expect(sizes.request(cursorDigits: 3)[.httpHead, .up] == 716)
        #expect(sizes.responseHead(cursorDigits: 3, lengthDigits: 2)[.httpHead, .down] == 193)
        #expect(sizes.emptyHead(cursorDigits: 0)[.httpHead, .down] == 193)
    }

    @Test("each digit of a cursor or a length is a byte")
    func digits() throws {
        let sizes = try sizes(LongPolling.self)
        let request = sizes.request(cursorDigits: 1)[.httpHead, .up]
        #expect(sizes.request(cursorDigits: 4)[.httpHead, .up] == request + 3)
        let response = sizes.responseHead(cursorDigits: 1, lengthDigits: 2)[.httpHead, .down]
        #expect(sizes.responseHead(cursorDigits: 3, lengthDigits: 4)[.httpHead, .down] == response + 4)
        #expect(
            sizes.emptyHead(cursorDigits: 2)[.httpHead, .down] == sizes.emptyHead(cursorDigits: 1)[.httpHead, .down] + 1
        )
    }

    @Test(
        "what surrounds an item",
        arguments: [
            ("short-poll", 1), ("long-poll", 1), ("http-stream", 1), ("sse", 15), ("raw-tcp", 4), ("websocket", 0),
        ])
    func envelope(name: String, bytes: Int64) throws {
        let type = try #require(TransportRegistry.standard.push(named: name))
        let item = try sizes(type).item(cursorDigits: 2, base36Digits: 6)
        #expect(item[.envelope, .down] == bytes)
        #expect(item[.payload, .down] == 128)
        #expect(item[.webSocketFrameHeader, .down] == (name == "websocket" ? 4 : 0))
        #expect(item[.framing, .down] == 0)
    }

    @Test("a WebSocket's handshake and close, with the vectors of RFC 6455")
    func webSocket() throws {
        let sizes = try sizes(WebSocketPush.self, payload: 100)
        #expect(sizes.item(cursorDigits: 1, base36Digits: 4)[.webSocketFrameHeader, .down] == 2)
        #expect(sizes.closing[.webSocketControl, .up] == 4)
        #expect(sizes.closing[.webSocketMask, .up] == 4)
        #expect(sizes.closing[.webSocketControl, .down] == 4)
        #expect(sizes.opening[.handshake, .up] > 150)
        #expect(sizes.opening[.handshake, .down] > 100)
    }

    @Test("the binary form sends 16 bytes instead of the digits")
    func binary() throws {
        let item = try sizes(WebSocketPush.self, ["subprotocol": .choice("binary")]).item(
            cursorDigits: 2, base36Digits: 6)
        #expect(item[.payload, .down] == 128 - 8 + 16)
    }

    @Test("an echo over WebSocket costs a mask on the way up")
    func echo() throws {
        let item = try sizes(WebSocketEcho.self, payload: 64).item(cursorDigits: 1, base36Digits: 4)
        #expect(item[.webSocketMask, .up] == 4)
        #expect(item[.payload, .up] == 64)
        #expect(item[.payload, .down] == 64)
        #expect(item[.webSocketFrameHeader, .down] == 2)
    }
}
