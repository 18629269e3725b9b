import Feed
import Measurement
import NIOCore
import WebSocketDrafts
import WebSocketProtocol
import WireAccounting

/// A WebSocket client of the feed: opens, decodes, answers control frames, closes.
struct WebSocketListener: ConnectionListener {
    // What every item needs comes first.
    var session: any CountingSession
    private(set) var isOpen = false
    private var isOver = false
    private(set) var compression: String?
    let base64: Base64Items
    var counted: CountedFrames
    private let subprotocol: OfferedSubprotocol
    // The server has given its reason to end the connection, or this client has requested the end.
    private var endIsExpected = false
    private let version: WebSocketVersion
    private var handshakeDeadline: MonotonicInstant?
    private var opening: ClientOpening
    private let maskKeys: MaskKeySource

    init(_ setup: ListenerSetup) {
        let options = WebSocketOptions(setup.options)
        let own = setup.options.webSocketVersion.carriesBinary ? options.subprotocol : .text
        let target = RequestTarget(setup.dialect, path: WebSocketPush.path).text(after: setup.cursor)
        self.init(
            setup, target: target, subprotocol: OfferedSubprotocol(setup.dialect.subprotocol, own: own),
            deflate: options.deflate)
    }

    /// A client of another path.
    init(_ setup: ListenerSetup, target: String, subprotocol: OfferedSubprotocol, deflate: DeflateParameters?) {
        var maskKeys = setup.maskKeys
        self.subprotocol = subprotocol
        opening = ClientOpening(
            setup, target: target, subprotocols: subprotocol.name.map { [$0] } ?? [], deflate: deflate,
            maskKeys: &maskKeys)
        self.maskKeys = maskKeys
        version = setup.options.webSocketVersion
        base64 = Base64Items(itemBytes: subprotocol.form == .text ? setup.base64ItemBytes : nil)
        session = Self.session(opening, HandshakeAgreement(), maskKeys)
        counted = CountedFrames(masks: session.masksFrames)
    }

    // Clock checks are a second apart, so a closing server has 3 to 5 s.
    private static let limits = WebSocketLimits(closeTimeout: .seconds(3))

    // PushLab's server pings every 30 s; a server that does not gets a Ping from this client.
    private static let keepAlive = KeepAlive(interval: .seconds(45), timeout: .seconds(20))

    private static func session(
        _ opening: ClientOpening, _ agreement: HandshakeAgreement, _ maskKeys: MaskKeySource
    ) -> any CountingSession {
        opening.makeSession(agreement, limits: limits, maskKeys: maskKeys, keepAlive: keepAlive)
    }

    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer {
        let request = opening.request
        ledger.book(request.readableBytes, .handshake, .up)
        return request
    }

    var streamRequest: [(name: String, value: String)] { opening.streamRequest }

    mutating func streamAnswered(_ fields: [(name: String, value: String)], events: (ListenerEvent) -> Void) {
        if isOpen || isOver { return }
        do throws(HandshakeError) {
            if let agreement = try opening.agreement(in: fields) { begin(agreement, events) }
        } catch {
            handshakeFailed(error, events)
        }
    }

    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        let form = subprotocol.form ?? .text
        if isOpen, !isOver, readWholeItems(of: form, from: &bytes, &ledger, events) { return }
        received(&bytes, ledger: &ledger, reading: Self.reader(of: form), events: events)
    }

    /// The same for messages other than items; `reading` converts them to events, or reports events by itself.
    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, reading: (MessageKind, ByteBuffer) -> ListenerEvent?,
        events: (ListenerEvent) -> Void
    ) {
        if isOver {
            ledger.book(bytes.readableBytes, .webSocketControl, .down)
            bytes.clear()
            return
        }
        if !isOpen, !open(&bytes, &ledger, events) { return }
        if bytes.readableBytes == 0 { return }
        session.receive(&bytes)
        read(reading, &ledger, events)
        bookReceived(&ledger)
    }

    mutating func takeOutput(ledger: inout ByteLedger) -> ByteBuffer? {
        guard let output = session.takeOutput() else { return nil }
        counted.book(sent: session.sent, in: &ledger)
        return output
    }

    /// Queues a text message; no effect once the connection is closing.
    mutating func send(_ payload: ByteBuffer) {
        session.send(.text, payload)
    }

    /// Counts an incomplete frame as payload, because most of its bytes are payload.
    mutating func connectionEnded(ledger: inout ByteLedger) {
        ledger.book(session.unfinishedBytes, .payload, .down)
    }

    mutating func clockReached(_ now: MonotonicInstant) -> String? {
        guard isOpen else {
            let limit = handshakeDeadline ?? now + WebSocketPush.handshakeTimeout
            handshakeDeadline = limit
            return now < limit ? nil : "the server did not answer the WebSocket handshake in time"
        }
        guard session.clockReached(now.nanoseconds) == .drop else { return nil }
        return session.isOpen
            ? "the server was silent and did not answer a Ping in time"
            : "the server did not end the connection in time after a Close"
    }

    mutating func finish() -> Bool {
        // Without a closing handshake, the client does not wait for the server to end the connection.
        guard isOpen, !isOver, session.hasClosingHandshake else { return false }
        endIsExpected = true
        session.close(.normal, reason: "")
        return true
    }

    mutating func places() -> [UnsafeRawBufferPointer] { [place(), session.place()] }

    var controlFrames: (received: Int, sent: Int) { (session.received.controlFrames, session.sent.controlFrames) }

    var isWithinItem: Bool { isOpen && session.unfinishedBytes > 0 }

    var isOrderlyEnd: Bool { isOver || endIsExpected || !session.isOpen }

    /// - Returns: Whether the handshake is done.
    private mutating func open(
        _ bytes: inout ByteBuffer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) -> Bool {
        let before = bytes.readableBytes
        do throws(HandshakeError) {
            let agreement = try opening.receive(&bytes)
            ledger.book(before - bytes.readableBytes, .handshake, .down)
            guard let agreement else { return false }
            begin(agreement, events)
            return true
        } catch {
            ledger.book(before, .handshake, .down)
            bytes.clear()
            handshakeFailed(error, events)
            return false
        }
    }

    private mutating func handshakeFailed(_ error: HandshakeError, _ events: (ListenerEvent) -> Void) {
        isOver = true
        let status: Int? = if case .unexpectedStatus(let status) = error { status } else { nil }
        events(GatewayStatus.event("the WebSocket handshake failed: \(error)", status: status))
    }

    private mutating func begin(_ agreement: HandshakeAgreement, _ events: (ListenerEvent) -> Void) {
        isOpen = true
        if let deflate = agreement.deflate {
            compression = deflate.text
            session = Self.session(opening, agreement, maskKeys)
        }
        guard let declined = subprotocol.declined(by: agreement.subprotocol) else { return }
        session.close(.protocolError, reason: "")
        events(.fault("the server does not support the subprotocol \(declined)"))
    }

    private mutating func read(
        _ reading: (MessageKind, ByteBuffer) -> ListenerEvent?, _ ledger: inout ByteLedger,
        _ events: (ListenerEvent) -> Void
    ) {
        do throws(WebSocketError) {
            while let event = try session.nextEvent() { take(event, reading, &ledger, events) }
        } catch {
            isOver = true
            events(.fault("the server violated the WebSocket protocol: \(error)"))
        }
    }

    private static func reader(of subprotocol: FeedSubprotocol) -> (MessageKind, ByteBuffer) -> ListenerEvent? {
        { kind, payload in
            guard let header = subprotocol.header(of: kind, payload) else {
                return .fault("the server sent a message that is not an item; \(subprotocol.itemText)")
            }
            return .item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds))
        }
    }

    private mutating func take(
        _ event: WebSocketEvent, _ reading: (MessageKind, ByteBuffer) -> ListenerEvent?, _ ledger: inout ByteLedger,
        _ events: (ListenerEvent) -> Void
    ) {
        switch event {
        case .message(let kind, let payload):
            guard let event = reading(kind, payload) else { return }
            // Of a compressed message nothing can be separated.
            if case .item = event, compression == nil { base64.book(payload.readableBytes, in: &ledger) }
            if case .fault = event, !session.closesWithReason, takeNotice(payload, &ledger, events) { return }
            events(event)
        case .closeReceived(let code, let reason):
            isOver = true
            closed(code, reason, events)
        case .ping, .pong: break
        }
    }

    /// Handles a gap notice that arrives as a message, in versions whose Close carries no reason.
    ///
    /// - Returns: `false` if the message is not a gap notice.
    private mutating func takeNotice(
        _ text: ByteBuffer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) -> Bool {
        guard let oldest = GapNotice.oldest(in: String(buffer: text)) else { return false }
        endIsExpected = true
        // The tally counted the notice as payload, like an item; it is envelope.
        ledger.book(-text.readableBytes, .payload, .down)
        ledger.book(text.readableBytes, .envelope, .down)
        events(.gap(through: oldest - 1))
        return true
    }

    private func closed(_ code: CloseCode?, _ reason: String, _ events: (ListenerEvent) -> Void) {
        if code == WebSocketPush.gapCloseCode, let oldest = GapNotice.oldest(in: reason) {
            return events(.gap(through: oldest - 1))
        }
        if endIsExpected { return }
        guard session.closesWithReason else {
            return events(.ended("the server closed the connection; \(version.rawValue) has no close codes"))
        }
        let codeText = code.map { "code \($0.rawValue)" } ?? "no code"
        let sentence = "the server closed the connection with \(codeText)" + (reason.isEmpty ? "" : ": \(reason)")
        events(code == .normal || code == .goingAway ? .ended(sentence) : .fault(sentence))
    }
}
