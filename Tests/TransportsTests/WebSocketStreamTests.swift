import NIOCore
import Testing
import WebSocketProtocol
import WireAccounting

@testable import Transports

@Suite("The WebSocket client of the feed on an HTTP/2 stream")
struct WebSocketStreamTests {
    private static let overHTTP2 = TransportOptions(["http": .choice("2-shared")])

    private struct Stream {
        var listener = WebSocketListener(setup(overHTTP2, cursor: 7))
        var ledger = ByteLedger()
        var events: [ListenerEvent] = []

        mutating func answer(_ fields: [(name: String, value: String)]) {
            var events: [ListenerEvent] = []
            listener.streamAnswered(fields) { events.append($0) }
            self.events += events
        }

        mutating func receive(_ wire: [UInt8]) {
            var events: [ListenerEvent] = []
            var buffer = ByteBuffer(bytes: wire)
            listener.received(&buffer, ledger: &ledger) { events.append($0) }
            self.events += events
        }
    }

    @Test("CONNECT requests the items after the cursor; no other bytes are sent or counted")
    func requestsFeed() {
        var stream = Stream()
        let fields = stream.listener.streamRequest.map { "\($0.name): \($0.value)" }
        #expect(
            fields == [
                ":method: CONNECT", ":protocol: websocket", ":scheme: http", ":path: /ws?after=7",
                ":authority: 127.0.0.1:80", "sec-websocket-version: 13", "sec-websocket-protocol: pushlab.text.v1",
            ])
        #expect(stream.listener.connected(ledger: &stream.ledger).readableBytes == 0)
        #expect(stream.ledger == ByteLedger())
    }

    @Test("over TLS the scheme is https")
    func scheme() {
        var encrypted = setup(Self.overHTTP2)
        encrypted.encrypts = true
        #expect(WebSocketListener(encrypted).streamRequest.contains { $0 == (":scheme", "https") })
    }

    @Test("an HTTP/1.1 client opens no stream")
    func connection() {
        #expect(WebSocketListener(setup()).streamRequest.isEmpty)
    }

    @Test("after status 200, frames are read and only their bytes are counted; an interim response opens nothing")
    func opens() {
        var stream = Stream()
        stream.answer([(":status", "103")])
        #expect(!stream.listener.isOpen)
        stream.answer([(":status", "200"), ("sec-websocket-protocol", "pushlab.text.v1")])
        #expect(stream.listener.isOpen)
        stream.receive([0x81, 7] + Array("8,1,abc".utf8))
        #expect(stream.events == [.item(ReceivedItem(sequence: 8, dueMicroseconds: 1))])
        #expect(stream.ledger[.handshake] == 0)
        #expect(stream.ledger[.payload, .down] == 7)
        #expect(stream.ledger[.webSocketFrameHeader, .down] == 2)
        #expect(stream.ledger.tcpPayloadBytes(.down) == 9)
    }

    @Test("a refusal is a fault, and the bytes of its body are counted")
    func refused() {
        var stream = Stream()
        stream.answer([(":status", "403")])
        stream.receive(Array("This origin may not connect.\n".utf8))
        #expect(
            stream.events == [
                .fault(handshakeRefused(403))
            ])
        #expect(!stream.listener.isOpen)
        #expect(stream.listener.isOrderlyEnd)
        #expect(stream.ledger.tcpPayloadBytes(.down) == 29)
    }

    @Test("a subprotocol that was not offered is a fault")
    func unoffered() {
        var stream = Stream()
        stream.answer([(":status", "200"), ("sec-websocket-protocol", "chat")])
        #expect(
            stream.events == [
                .fault(
                    "the WebSocket handshake failed: the server chose the subprotocol 'chat', "
                        + "which the client did not offer")
            ])
    }

    @Test("drafts cannot be used over HTTP/2", arguments: ["hixie-75", "hixie-76", "hybi-07", "hybi-10"])
    func drafts(version: String) throws {
        #expect(
            throws: TransportOptionFault(
                description: "version is \(version), which does not work over HTTP/2; set http: 1.1")
        ) {
            try WebSocketPush.checkedOptions(["version": .choice(version), "http": .choice("2")])
        }
        _ = try WebSocketPush.checkedOptions(["version": .choice(version)])
        _ = try WebSocketPush.checkedOptions(["http": .choice("2")])
    }
}
