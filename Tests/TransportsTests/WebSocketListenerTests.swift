import HTTP
import Measurement
import NIOCore
import Testing
import WebSocketProtocol
import WireAccounting

@testable import Transports

@Suite("The WebSocket client of the feed")
struct WebSocketListenerTests {
    @Test("it requests the items after its cursor, in its subprotocol")
    func requestsFeed() {
        let text = String(decoding: Conversation(cursor: 7).sent, as: UTF8.self)
        #expect(text.hasPrefix("GET /ws?after=7 HTTP/1.1\r\nHost: 127.0.0.1:80\r\n"))
        #expect(text.contains("\r\nSec-WebSocket-Protocol: pushlab.text.v1\r\n"))
    }

    @Test("bytes split at any positions give the same result", arguments: [1, 2, 3, 7, 100, .max])
    func anyCuts(chunkBytes: Int) {
        var conversation = Conversation(cursor: 34)
        let long = String(repeating: "d", count: 200)
        conversation.receive(
            conversation.answer + frame(0x81, "z,10,\(long)") + frame(0x89, "hi") + frame(0x81, "10,zz,"),
            chunkBytes: chunkBytes)
        #expect(conversation.events == [.item(35, due: 36), .item(36, due: 1_295)])
        let ledger = conversation.ledger
        #expect(ledger[.handshake, .up] == Int64(conversation.sent.count))
        #expect(ledger[.handshake, .down] == Int64(conversation.answer.count))
        #expect(ledger[.payload, .down] == 205 + 6)
        #expect(ledger[.webSocketFrameHeader, .down] == 4 + 2)
        #expect(ledger[.webSocketControl, .down] == 4)
        // The Pong: four bytes without the mask key, which counts separately.
        #expect(ledger[.webSocketControl, .up] == 4)
        #expect(ledger[.webSocketMask, .up] == 4)
        #expect(ledger.tcpPayloadBytes(.up) == Int64(conversation.sent.count + conversation.output.count))
        #expect(ledger.tcpPayloadBytes(.down) == Int64(conversation.received))
    }

    @Test("a gap is announced by close 4410, and the end is orderly", arguments: [1, .max])
    func gap(chunkBytes: Int) {
        var conversation = Conversation(cursor: 0)
        conversation.receive(conversation.answer + frame(0x88, "\u{11}:oldest=27"), chunkBytes: chunkBytes)
        #expect(conversation.events == [.gap(through: 26)])
        #expect(conversation.listener.isOrderlyEnd)
        #expect(conversation.output.count == 8)
        #expect(conversation.ledger.tcpPayloadBytes(.down) == Int64(conversation.received))
    }

    static let refused: [(frame: [UInt8], sentence: String)] = [
        (frame(0x88, []), "the server closed the connection with no code"),
        (frame(0x88, "\u{11}:oldest=0"), "the server closed the connection with code 4410: oldest=0"),
        (frame(0x81, "hello"), "the server sent a message that is not an item; an item is SEQUENCE,DUE,DATA"),
        ([0x81, 0x80, 0, 0, 0, 0], "the server violated the WebSocket protocol: the server sent a masked frame"),
    ]

    @Test("an orderly close by the server is reported")
    func serverCloses() {
        for (close, sentence) in [
            (
                [0x03, 0xe9] + Array("the server stops".utf8),
                "the server closed the connection with code 1001: the server stops"
            ),
            ([0x03, 0xe8], "the server closed the connection with code 1000"),
        ] as [([UInt8], String)] {
            var conversation = Conversation(cursor: 0)
            conversation.receive(conversation.answer + frame(0x88, close))
            #expect(conversation.events == [.ended(sentence)])
            #expect(conversation.listener.isOrderlyEnd)
        }
    }

    @Test("a protocol violation is a fault, in one sentence", arguments: refused)
    func outsideProtocol(frame: [UInt8], sentence: String) {
        var conversation = Conversation(cursor: 0)
        conversation.receive(conversation.answer + frame)
        #expect(conversation.events == [.fault(sentence)])
        #expect(conversation.ledger.tcpPayloadBytes(.down) == Int64(conversation.received))
    }

    @Test(
        "the status of a proxy without a server is a lost server, any other refusal a fault",
        arguments: [500, 501, 502, 503, 504, 505, 404])
    func refusedStatuses(status: Int) {
        var conversation = Conversation(cursor: 0)
        conversation.receive(Array("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n".utf8))
        let sentence = handshakeRefused(status)
        #expect(conversation.events == [(502...504).contains(status) ? .lostServer(sentence) : .fault(sentence)])
        #expect(conversation.listener.isOrderlyEnd, "the failure is reported once")
    }

    @Test("a refused handshake is reported, and all bytes are counted", arguments: [1, .max])
    func refusedHandshake(chunkBytes: Int) {
        var conversation = Conversation(cursor: 0)
        conversation.receive(
            Array("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nfull\n".utf8), chunkBytes: chunkBytes)
        #expect(conversation.events == [.lostServer(handshakeRefused(503))])
        #expect(!conversation.listener.isOpen)
        #expect(conversation.ledger.tcpPayloadBytes(.down) == Int64(conversation.received))
    }

    @Test("finishing sends a Close and waits for the server's")
    func finishing() {
        var conversation = Conversation(cursor: 0)
        let isAwaitedBefore = conversation.listener.finish()
        #expect(!isAwaitedBefore)
        conversation.receive(conversation.answer)
        #expect(conversation.listener.isOpen)
        #expect(!conversation.listener.isOrderlyEnd)
        let isAwaited = conversation.listener.finish()
        #expect(isAwaited)
        conversation.takeOutput()
        #expect(Array(conversation.output.prefix(2)) == [0x88, 0x82])
        #expect(conversation.listener.isOrderlyEnd)
        conversation.receive(frame(0x81, "1,1,late") + frame(0x88, [0x03, 0xe8]))
        #expect(conversation.events == [.item(1, due: 1)])
        #expect(conversation.ledger.tcpPayloadBytes(.down) == Int64(conversation.received))
        let isAwaitedAfter = conversation.listener.finish()
        #expect(!isAwaitedAfter)
    }

    // A server's frame of up to 65,535 B.
    private static func frame(_ first: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        let length =
            bytes.count < 126 ? [UInt8(bytes.count)] : [126, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)]
        return [first] + length + bytes
    }

    private static func frame(_ first: UInt8, _ payload: String) -> [UInt8] { frame(first, Array(payload.utf8)) }

    private func frame(_ first: UInt8, _ payload: String) -> [UInt8] { Self.frame(first, payload) }

    private func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] { Self.frame(first, payload) }
}

/// A listener whose connection is simulated with arrays.
private struct Conversation {
    var listener: any ConnectionListener
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []
    /// The request.
    let sent: [UInt8]
    /// A correct server's response.
    let answer: [UInt8]
    /// Bytes sent after the request.
    var output: [UInt8] = []
    var received = 0

    init(cursor: UInt64) {
        listener = WebSocketListener(setup(cursor: cursor))
        sent = Array(listener.connected(ledger: &ledger).readableBytesView)
        answer = Self.rightAnswer(to: sent)
    }

    mutating func receive(_ wire: [UInt8], chunkBytes: Int = .max) {
        var rest = wire[...]
        received += wire.count
        while !rest.isEmpty {
            var buffer = ByteBuffer(bytes: rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunkBytes)
            var events: [ListenerEvent] = []
            listener.received(&buffer, ledger: &ledger) { events.append($0) }
            self.events += events
            takeOutput()
        }
    }

    mutating func takeOutput() {
        if let bytes = listener.takeOutput(ledger: &ledger) { output += bytes.readableBytesView }
    }

    private static func rightAnswer(to request: [UInt8]) -> [UInt8] {
        guard let head = try? parseOne(request) else { return [] }
        let acceptance = try? ServerHandshake(subprotocols: ["pushlab.text.v1"]).accept(head)
        return acceptance.map { Array($0.responseHead.readableBytesView) } ?? []
    }
}
