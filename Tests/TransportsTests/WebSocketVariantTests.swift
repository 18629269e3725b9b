import Feed
import Foundation
import Measurement
import NIOCore
import Testing
import WebSocketProtocol
import WireAccounting

@testable import Transports

@Suite("Subprotocols and compression of the WebSocket feed")
struct WebSocketVariantTests {
    static let forms = FeedSubprotocol.allCases.flatMap { subprotocol in
        ([nil] + (9...15).map { Int?.some($0) }).map { SharedForm(subprotocol, windowBits: $0) }
    }

    @Test("every form has a unique number; uncompressed text has 0")
    func numbers() {
        #expect(Set(Self.forms.map(\.variant)).count == 16)
        #expect(Self.forms.allSatisfy { SharedForm(variant: $0.variant) == $0 })
        #expect(SharedForm(.text).variant == 0)
    }

    @Test("the binary subprotocol: one binary frame per item, with fields of fixed width")
    func binaryFrames() {
        let context = EncodingContext(variant: SharedForm(.binary).variant, date: "")
        let frames = WebSocketPush.encode(.items(after: 1, through: 3), from: window(items: 3), context: context)
        let frame = { (sequence: UInt8) -> [UInt8] in
            [0x82, 22, 0, 0, 0, 0, 0, 0, 0, sequence, 0, 0, 0, 0, 0, 0, 0, 1] + Array("abcdef".utf8)
        }
        #expect(Array(frames.readableBytesView) == frame(2) + frame(3))
    }

    @Test("a compressed form is a pure function of the item; scratch does not influence the bytes", arguments: forms)
    func compressed(form: SharedForm) {
        let context = EncodingContext(variant: form.variant, date: "")
        var scratch = EncodingScratch()
        let encode = { (scratch: inout EncodingScratch, after: UInt64) in
            WebSocketPush.encode(
                .items(after: after, through: after + 1), from: window(items: 5), context: context, scratch: &scratch)
        }
        let first = encode(&scratch, 1)
        _ = encode(&scratch, 2)
        #expect(encode(&scratch, 1) == first)
        var fresh = EncodingScratch()
        #expect(encode(&fresh, 1) == first)
        let kind: UInt8 = form.subprotocol == .text ? 0x81 : 0x82
        #expect(first.getInteger(at: 0, as: UInt8.self) == kind | (form.windowBits == nil ? 0 : 0x40))
    }

    static let handshakes: [(fields: [String], variant: UInt8, answer: [String])] = [
        ([], 0, []),
        (["Sec-WebSocket-Protocol: pushlab.text.v1"], 0, ["Sec-WebSocket-Protocol: pushlab.text.v1"]),
        (["Sec-WebSocket-Protocol: pushlab.binary.v1"], 1, ["Sec-WebSocket-Protocol: pushlab.binary.v1"]),
        (
            ["Sec-WebSocket-Protocol: pushlab.binary.v1, pushlab.text.v1"], 0,
            ["Sec-WebSocket-Protocol: pushlab.text.v1"]
        ),
        (["Sec-WebSocket-Protocol: chat"], 0, []),
        (
            ["Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; server_max_window_bits=10"],
            20,
            [
                "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; server_max_window_bits=10"
            ]
        ),
        (["Sec-WebSocket-Extensions: permessage-deflate"], 0, ["Sec-WebSocket-Extensions: permessage-deflate"]),
        (["Sec-WebSocket-Extensions: x-other"], 0, []),
    ]

    @Test("the handshake decides the form and accepts only what was offered", arguments: handshakes)
    func handshake(fields: [String], variant: UInt8, answer: [String]) throws {
        var subscriber = try subscriber(fields)
        #expect(subscriber.variant == variant)
        guard case .bytes(let head) = subscriber.opened(window(items: 0), at: at(0)).first else {
            Issue.record("no response head")
            return
        }
        let lines = String(buffer: head).components(separatedBy: "\r\n")
        #expect(lines.filter { $0.hasPrefix("Sec-WebSocket-P") || $0.hasPrefix("Sec-WebSocket-E") } == answer)
    }

    @Test("with context takeover each subscriber compresses its messages, and its stream survives skipped items")
    func takeover() throws {
        var subscriber = try subscriber(
            ["Sec-WebSocket-Extensions: permessage-deflate"], ServerSettings(slowSubscriber: .skip))
        var client = WebSocketEndpoint(role: .client, deflate: DeflateParameters())
        let first = subscriber.opened(window(items: 2), at: at(0))
        #expect(first.ownItems != nil)
        #expect(try texts(first.second, &client) == ["1,1,abcdef", "2,1,abcdef"])
        let later = subscriber.itemPublished(window(items: 30, capacity: 3))
        #expect(later.skipped == 25)
        #expect(later.ownItems != nil)
        #expect(try texts(later.first, &client) == ["s,1,abcdef", "t,1,abcdef", "u,1,abcdef"])
        #expect(client.received.compressedMessages == 5)
        #expect(client.received.compressedBytes < client.received.inflatedBytes)
        let rest = subscriber.itemPublished(window(items: 31, capacity: 3))
        #expect(try texts(rest.first, &client) == ["v,1,abcdef"])
    }

    @Test("a silent client gets a Ping, and is abandoned if it stays silent")
    func keepAlive() throws {
        var subscriber = try subscriber([])
        #expect(subscriber.opened(window(items: 0), at: at(500)).wakeAt == at(31_000))
        let ping = subscriber.clockReached(at(31_000), window: window(items: 0))
        #expect(ping == SubscriberActions(.bytes(ByteBuffer(bytes: [0x89, 0])), wakeAt: at(51_000)))
        #expect(subscriber.clockReached(at(51_000), window: window(items: 0)) == SubscriberActions(then: .abandonPeer))
    }

    @Test("an interval of zero disables Pings")
    func noKeepAlive() throws {
        var subscriber = try subscriber([], ServerSettings(pingInterval: .zero))
        #expect(subscriber.opened(window(items: 0), at: at(0)).wakeAt == nil)
        #expect(subscriber.clockReached(at(1_000_000), window: window(items: 0)) == .none)
    }

    @Test("after a Close the client gets no Ping and does not count as dead")
    func noPingAfterClose() throws {
        var subscriber = try subscriber([])
        _ = subscriber.opened(window(items: 0), at: at(0))
        _ = subscriber.serverStopping(window(items: 0))
        let actions = subscriber.clockReached(at(30_000), window: window(items: 0))
        #expect(actions.first == nil)
        #expect(actions.then == .stay)
    }

    // MARK: The client's half

    static let optionCases: [(options: [String: String], fields: [String])] = [
        ([:], ["Sec-WebSocket-Protocol: pushlab.text.v1"]),
        (["subprotocol": "binary"], ["Sec-WebSocket-Protocol: pushlab.binary.v1"]),
        (
            ["deflate": "context-takeover"],
            [
                "Sec-WebSocket-Protocol: pushlab.text.v1",
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
            ]
        ),
        (
            ["deflate": "no-context-takeover", "window-bits": "9"],
            [
                "Sec-WebSocket-Protocol: pushlab.text.v1",
                "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
                    + "server_max_window_bits=9; client_max_window_bits=9",
            ]
        ),
    ]

    @Test("options become offers", arguments: optionCases)
    func offers(options: [String: String], fields: [String]) throws {
        var given: [String: TransportOptionValue] = [:]
        for (name, text) in options { given[name] = try WebSocketPush.option(named: name).value(reading: text) }
        var listener = WebSocketListener(setup(try WebSocketPush.checkedOptions(given)))
        var ledger = ByteLedger()
        let lines = String(buffer: listener.connected(ledger: &ledger)).components(separatedBy: "\r\n")
        #expect(lines.filter { $0.hasPrefix("Sec-WebSocket-P") || $0.hasPrefix("Sec-WebSocket-E") } == fields)
    }

    @Test(
        "client and server work together in every form, and the ledger has both sizes",
        arguments: ["text", "binary"], ["off", "context-takeover", "no-context-takeover"])
    func conversation(subprotocol: String, deflate: String) throws {
        var pair = Pair(
            try WebSocketPush.checkedOptions(["subprotocol": .choice(subprotocol), "deflate": .choice(deflate)]))
        try pair.open(window(items: 3))
        try pair.publish(window(items: 9))
        #expect(pair.events == (1...9).map { .item(ReceivedItem(sequence: $0, dueMicroseconds: 1)) })
        let (payload, inflated) = (pair.ledger.payloadBytes, pair.ledger.inflatedBytes)
        // Text items have 10 bytes each, binary items 16 bytes and 6 bytes of data.
        let items: Int64 = subprotocol == "text" ? 90 : 198
        if deflate == "off" {
            #expect(pair.listener.compression == nil)
            #expect((payload, inflated) == (items, 0))
        } else {
            #expect(pair.listener.compression?.hasPrefix("permessage-deflate") == true)
            #expect(inflated == items)
            #expect(payload != items && payload > 0)
        }
        #expect(pair.ledger.tcpPayloadBytes(.down) == pair.bytesDown)
    }

    @Test("a server that does not support the subprotocol is a fault, and gets a Close with 1002")
    func unsupportedSubprotocol() throws {
        var options = TransportOptions()
        options[WebSocketOptions.subprotocol] = .binary
        var pair = Pair(options)
        try pair.open(window(items: 0), by: ServerHandshake())
        #expect(pair.events == [.fault("the server does not support the subprotocol pushlab.binary.v1")])
        #expect(pair.output.prefix(2) == [0x88, 0x82])
    }

    @Test("a text message instead of a binary item is a fault")
    func wrongKind() throws {
        var options = TransportOptions()
        options[WebSocketOptions.subprotocol] = .binary
        var pair = Pair(options)
        try pair.open(window(items: 0))
        pair.receive([0x81, 20] + Array("1,1,abcdefghijklmnop".utf8))
        let sentence =
            "the server sent a message that is not an item; "
            + "an item is a binary message of sequence (8 B), due time (8 B) and data"
        #expect(pair.events == [.fault(sentence)])
    }

    @Test("a silent server gets a Ping after 45 s and is dropped 20 s later")
    func silentServer() throws {
        var pair = Pair(TransportOptions())
        try pair.open(window(items: 0))
        #expect(pair.listener.clockReached(at(0)) == nil)
        #expect(pair.listener.clockReached(at(44_900)) == nil)
        pair.takeOutput()
        #expect(pair.output.isEmpty)
        #expect(pair.listener.clockReached(at(45_000)) == nil)
        pair.takeOutput()
        #expect(pair.output.prefix(2) == [0x89, 0x80])
        #expect(pair.ledger[.webSocketControl, .up] == 2)
        #expect(pair.ledger[.webSocketMask, .up] == 4)
        #expect(pair.listener.clockReached(at(64_900)) == nil)
        #expect(pair.listener.clockReached(at(65_000)) == "the server was silent and did not answer a Ping in time")
    }

    @Test("a server that does not end the connection after a Close is dropped within 5 s")
    func unendingServer() throws {
        var pair = Pair(TransportOptions())
        try pair.open(window(items: 0))
        pair.receive([0x88, 2, 0x03, 0xe8])
        #expect(pair.listener.clockReached(at(1_000)) == nil)
        #expect(pair.listener.clockReached(at(3_900)) == nil)
        #expect(
            pair.listener.clockReached(at(4_000)) == "the server did not end the connection in time after a Close")
    }

    @Test("a server that does not answer the handshake is dropped after 10 s and gets no Ping")
    func noHandshake() {
        var pair = Pair(TransportOptions())
        #expect(pair.listener.clockReached(at(500)) == nil)
        #expect(pair.listener.clockReached(at(10_400)) == nil)
        pair.takeOutput()
        #expect(pair.output.isEmpty)
        #expect(pair.listener.clockReached(at(10_500)) == "the server did not answer the WebSocket handshake in time")
    }

    // MARK: Helpers

    private func subscriber(
        _ fields: [String], _ settings: ServerSettings = ServerSettings()
    ) throws -> any Subscriber {
        let lines =
            [
                "GET /ws?after=0 HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + fields
        let head = try parseOne(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        return try WebSocketPush.makeSubscriber(for: FeedRequest(head), settings: settings)
    }

    private func texts(_ write: SubscriberActions.Write?, _ client: inout WebSocketEndpoint) throws -> [String] {
        guard case .bytes(var bytes) = write else { return [] }
        client.receive(&bytes)
        var texts: [String] = []
        while let event = try client.nextEvent() {
            if case .message(.text, let payload) = event { texts.append(String(buffer: payload)) }
        }
        return texts
    }
}

/// A listener and a subscriber, connected by arrays.
private struct Pair {
    var listener: any ConnectionListener
    var subscriber: (any Subscriber)?
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []
    var output: [UInt8] = []
    var bytesDown: Int64 = 0

    private let request: [UInt8]

    init(_ options: TransportOptions) {
        listener = WebSocketListener(setup(options))
        request = Array(listener.connected(ledger: &ledger).readableBytesView)
    }

    mutating func open(_ window: FeedWindow) throws {
        let settings = ServerSettings()
        var subscriber = try WebSocketPush.makeSubscriber(for: FeedRequest(parseOne(request)), settings: settings)
        let actions = subscriber.opened(window, at: at(0))
        self.subscriber = subscriber
        carry(actions, window)
    }

    /// Opens with a third-party server.
    mutating func open(_ window: FeedWindow, by handshake: ServerHandshake) throws {
        let acceptance = try handshake.accept(parseOne(request))
        receive(Array(acceptance.responseHead.readableBytesView))
    }

    mutating func publish(_ window: FeedWindow) throws {
        guard let actions = subscriber?.itemPublished(window) else { return }
        carry(actions, window)
    }

    private mutating func carry(_ actions: SubscriberActions, _ window: FeedWindow) {
        let context = EncodingContext(variant: subscriber?.variant ?? 0, date: "")
        for write in [actions.first, actions.second] {
            switch write {
            case .bytes(let bytes): receive(Array(bytes.readableBytesView))
            case .message(let message):
                let bytes = WebSocketPush.encode(message, from: window, context: context)
                receive(Array(bytes.readableBytesView))
            case .response: Issue.record("a WebSocket has no response after its opening handshake")
            case nil: break
            }
        }
    }

    mutating func receive(_ bytes: [UInt8]) {
        var buffer = ByteBuffer(bytes: bytes)
        bytesDown += Int64(bytes.count)
        var events: [ListenerEvent] = []
        listener.received(&buffer, ledger: &ledger) { events.append($0) }
        self.events += events
        takeOutput()
    }

    mutating func takeOutput() {
        if let bytes = listener.takeOutput(ledger: &ledger) { output += bytes.readableBytesView }
    }
}
