import HTTP
import Measurement
import NIOCore
import Testing
import WebSocketDrafts
import WebSocketProtocol
import WireAccounting

@testable import Transports

@Suite("The client of the feed in a WebSocket draft")
struct DraftListenerTests {
    static let drafts = [WebSocketVersion.hixie75, .hixie76]

    @Test("it requests the items after its cursor, with its origin")
    func requestsFeed() {
        let text = String(decoding: DraftConversation(.hixie75, cursor: 7).sent, as: UTF8.self)
        #expect(text.hasPrefix("GET /ws?after=7 HTTP/1.1\r\nUpgrade: WebSocket\r\n"))
        #expect(text.contains("\r\nHost: 127.0.0.1:80\r\nOrigin: http://127.0.0.1:80\r\n"))
        #expect(text.contains("\r\nWebSocket-Protocol: pushlab.text.v1\r\n"))
    }

    @Test("the option version selects the version", arguments: WebSocketVersion.allCases)
    func options(version: WebSocketVersion) throws {
        let options = try WebSocketPush.checkedOptions(["version": .choice(version.rawValue)])
        guard case .connection(let makeListener) = WebSocketPush.client else { return }
        var listener = makeListener(setup(options))
        var ledger = ByteLedger()
        let request = String(buffer: listener.connected(ledger: &ledger))
        #expect(request.contains("\r\nUpgrade: WebSocket\r\n") == (version.framing == .marks))
        #expect(request.contains("\r\nSec-WebSocket-Key1: ") == (version == .hixie76))
        let number = version.number.map { "\r\nSec-WebSocket-Version: \($0)\r\n" } ?? "\r\nOrigin: "
        #expect(request.contains(number))
    }

    @Test("bytes split at any positions give the same result", arguments: drafts, [1, 2, 3, 7, 100, .max])
    func anyCuts(version: WebSocketVersion, chunkBytes: Int) {
        var conversation = DraftConversation(version, cursor: 34)
        let long = String(repeating: "d", count: 200)
        conversation.receive(
            conversation.answer + frame("z,10,\(long)") + [0x80, 0x02, 0x00, 0xFF] + frame("10,zz,"),
            chunkBytes: chunkBytes)
        #expect(conversation.events == [.item(35, due: 36), .item(36, due: 1_295)])
        let ledger = conversation.ledger
        #expect(ledger[.handshake, .up] == Int64(conversation.sent.count))
        #expect(ledger[.handshake, .down] == Int64(conversation.answer.count))
        #expect(ledger[.payload, .down] == 205 + 6)
        #expect(ledger[.webSocketFrameHeader, .down] == 2 + 2)
        #expect(ledger[.webSocketControl, .down] == 4)
        #expect(ledger[.webSocketMask, .up] == 0)
        #expect(ledger.tcpPayloadBytes(.up) == Int64(conversation.sent.count))
        #expect(ledger.tcpPayloadBytes(.down) == Int64(conversation.received))
    }

    @Test("a gap is reported by a message that is not an item, and the end is orderly", arguments: [1, .max])
    func gap(chunkBytes: Int) {
        var newer = DraftConversation(.hixie76, cursor: 0)
        newer.receive(newer.answer + frame("oldest=27") + [0xFF, 0x00], chunkBytes: chunkBytes)
        #expect(newer.events == [.gap(through: 26)])
        #expect(newer.listener.isOrderlyEnd)
        #expect(newer.output == [0xFF, 0x00])
        #expect(newer.ledger[.payload, .down] == 0)
        #expect(newer.ledger[.envelope, .down] == 9)
        #expect(newer.ledger.tcpPayloadBytes(.down) == Int64(newer.received))
        var older = DraftConversation(.hixie75, cursor: 0)
        older.receive(older.answer + frame("oldest=27"), chunkBytes: chunkBytes)
        #expect(older.events == [.gap(through: 26)])
        #expect(older.listener.isOrderlyEnd)
        #expect(older.output.isEmpty)
    }

    static let refused: [(wire: [UInt8], sentence: String)] = [
        ([0xFF, 0x00], "the server closed the connection; hixie-76 has no close codes"),
        ([0x00, 0x68, 0xFF], "the server sent a message that is not an item; an item is SEQUENCE,DUE,DATA"),
        ([0x00, 0xC0], "the server violated the WebSocket protocol: a text message is not UTF-8"),
    ]

    @Test("a protocol violation is a fault, in one sentence", arguments: refused)
    func outsideProtocol(wire: [UInt8], sentence: String) {
        var conversation = DraftConversation(.hixie76, cursor: 0)
        conversation.receive(conversation.answer + wire)
        #expect(conversation.events == [wire == [0xFF, 0x00] ? .ended(sentence) : .fault(sentence)])
        #expect(conversation.ledger.tcpPayloadBytes(.down) == Int64(conversation.received))
    }

    @Test("a wrong answer to the challenge is a fault, and all its bytes are counted", arguments: [1, .max])
    func wrongAnswer(chunkBytes: Int) {
        var conversation = DraftConversation(.hixie76, cursor: 0)
        conversation.receive(conversation.answer.dropLast() + [0x21], chunkBytes: chunkBytes)
        #expect(
            conversation.events == [
                .fault("the WebSocket handshake failed: the server did not answer the challenge of hixie-76")
            ])
        #expect(!conversation.listener.isOpen)
        #expect(conversation.ledger[.handshake, .down] == Int64(conversation.received))
    }

    @Test("finishing sends hixie-76's closing frame and waits for the server's; hixie-75 has no closing frame")
    func finishing() {
        var newer = DraftConversation(.hixie76, cursor: 0)
        newer.receive(newer.answer)
        #expect(!newer.listener.isOrderlyEnd)
        let isAwaited = newer.listener.finish()
        #expect(isAwaited)
        newer.takeOutput()
        #expect(newer.output == [0xFF, 0x00])
        newer.receive(frame("1,1,late") + [0xFF, 0x00])
        #expect(newer.events == [.item(1, due: 1)])
        #expect(newer.ledger.tcpPayloadBytes(.up) == Int64(newer.sent.count + 2))
        #expect(newer.ledger.tcpPayloadBytes(.down) == Int64(newer.received))
        var older = DraftConversation(.hixie75, cursor: 0)
        older.receive(older.answer)
        let isAwaitedToo = older.listener.finish()
        #expect(!isAwaitedToo)
    }

    private func frame(_ text: String) -> [UInt8] { [0x00] + Array(text.utf8) + [0xFF] }
}

/// A listener whose connection is simulated with arrays.
private struct DraftConversation {
    var listener: any ConnectionListener
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []
    /// The request, including the eight bytes of hixie-76.
    let sent: [UInt8]
    /// A correct server's response.
    let answer: [UInt8]
    /// Bytes sent after the request.
    var output: [UInt8] = []
    var received = 0

    init(_ version: WebSocketVersion, cursor: UInt64) {
        var options = TransportOptions()
        options[WebSocketPush.version] = version
        listener = WebSocketListener(setup(options, cursor: cursor))
        sent = Array(listener.connected(ledger: &ledger).readableBytesView)
        answer = Self.rightAnswer(to: sent)
    }

    mutating func receive(_ wire: some Collection<UInt8>, chunkBytes: Int = .max) {
        var rest = Array(wire)[...]
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

    private static func rightAnswer(to wire: [UInt8]) -> [UInt8] {
        var parser = RequestParser()
        var buffer = ByteBuffer(bytes: wire)
        guard let head = try? parser.next(from: &buffer), let version = WebSocketVersion(of: head),
            let acceptance = try? version.accept(
                head, subprotocols: [FeedSubprotocol.text.rawValue], deflate: nil),
            let response = acceptance.response(to: &buffer)
        else { return [] }
        return Array(response.readableBytesView)
    }
}
