import NIOCore
import Testing

@testable import WebSocketProtocol

@Suite("Messages that are read in place")
struct WholeMessageTests {
    static let texts = ["", "a", String(repeating: "x", count: 125), String(repeating: "ä", count: 63)]

    @Test("a whole message is found, and counts as if it had been decoded", arguments: texts + ["\(texts)\(texts)"])
    func whole(text: String) {
        let wire = Wire.frame(0x81, Array(text.utf8), from: .server)
        var endpoint = WebSocketEndpoint(role: .client)
        let message = wire.withUnsafeBytes { endpoint.wholeMessage(in: $0) }
        #expect(message?.kind == .text)
        #expect(message.map { Array(wire[$0.payload]) } == Array(text.utf8))
        if let message { endpoint.take(message) }
        let decoded = Dribble(wire, into: WebSocketEndpoint(role: .client))
        #expect(decoded.events == [.message(.text, ByteBuffer(string: text))])
        #expect(endpoint.received == decoded.endpoint.received)
        #expect(endpoint.unfinishedBytes == 0)
    }

    @Test("what follows the message is not looked at")
    func followed() {
        let wire = Wire.frame(0x82, [0xff, 1], from: .server) + [0x99, 0x99]
        let message = wire.withUnsafeBytes { WebSocketEndpoint(role: .client).wholeMessage(in: $0) }
        #expect(message == WholeMessage(kind: .binary, payload: 2..<4))
    }

    static let others: [[UInt8]] = [
        [], [0x81], [0x81, 1], [0x81, 126, 0], [0x81, 126, 0, 126],
        // A fragment, its continuation, a reserved bit, a reserved opcode, a Ping, a Close.
        [0x01, 1, 0x61], [0x80, 1, 0x61], [0xc1, 1, 0x61], [0x83, 1, 0x61], [0x89, 0], [0x88, 0],
        // A mask, lengths that are too long for their value, and text that is not UTF-8 or ends within a character.
        [0x81, 0x81, 0, 0, 0, 0, 0x61], [0x81, 126, 0, 1, 0x61], [0x81, 127, 0, 0, 0, 0, 0, 0, 0, 1, 0x61],
        [0x81, 1, 0xff], [0x81, 1, 0xc3],
    ]

    @Test("everything else is left to the decoder", arguments: others)
    func other(wire: [UInt8]) {
        #expect(wire.withUnsafeBytes { WebSocketEndpoint(role: .client).wholeMessage(in: $0) } == nil)
    }

    @Test("nothing is found within another message or frame, above a limit, for a server, or after the end")
    func states() {
        let wire: [UInt8] = [0x81, 1, 0x61]
        let unfinished = Dribble([0x01, 1, 0x61], into: WebSocketEndpoint(role: .client)).endpoint
        let partial = Dribble([0x81], into: WebSocketEndpoint(role: .client)).endpoint
        let begun = Dribble([0x81, 5, 0x61], into: WebSocketEndpoint(role: .client)).endpoint
        let closed = Dribble([0x88, 0], into: WebSocketEndpoint(role: .client)).endpoint
        var limits = WebSocketLimits()
        limits.messageBytes = 0
        let limited = WebSocketEndpoint(role: .client, limits: limits)
        let compressed = WebSocketEndpoint(role: .client, deflate: DeflateParameters())
        for endpoint in [unfinished, partial, begun, closed, limited, compressed, WebSocketEndpoint(role: .server)] {
            #expect(wire.withUnsafeBytes { endpoint.wholeMessage(in: $0) } == nil)
        }
    }
}
