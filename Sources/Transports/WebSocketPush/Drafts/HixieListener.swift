import Feed
import Measurement
import NIOCore
import WebSocketProtocol
import WireAccounting

/// A client of the feed in a hixie draft.
struct HixieListener: ConnectionListener {
    private var handshake: HixieClientHandshake
    private var endpoint: HixieEndpoint
    private let version: WebSocketVersion
    private(set) var isOpen = false
    // Nothing more is read.
    private var isOver = false
    // The server has said why it ends the connection, or we have asked for its end.
    private var endIsExpected = false
    private var booked = BookedFrames(masks: false)

    init(_ setup: ListenerSetup, _ version: WebSocketVersion) {
        self.version = version
        var random = SeededGenerator(seed: setup.seed)
        handshake = HixieClientHandshake(
            version, host: setup.host, target: "\(WebSocketPush.path)?after=\(setup.cursor)",
            origin: "http://\(setup.host)", subprotocol: FeedSubprotocol.text.rawValue, random: &random)
        endpoint = HixieEndpoint(version, role: .client)
    }

    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer {
        ledger.book(handshake.request.readableBytes, .handshake, .up)
        return handshake.request
    }

    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        if isOver {
            ledger.book(bytes.readableBytes, .webSocketControl, .down)
            bytes.clear()
            return
        }
        if !isOpen, !open(&bytes, &ledger, events) { return }
        if bytes.readableBytes == 0 { return }
        endpoint.receive(&bytes)
        read(&ledger, events)
        booked.book(received: endpoint.received, in: &ledger)
    }

    mutating func takeOutput(ledger: inout ByteLedger) -> ByteBuffer? {
        guard let output = endpoint.takeOutput() else { return nil }
        booked.book(sent: endpoint.sent, in: &ledger)
        return output
    }

    /// hixie-75 knows no end but that of the TCP connection, so none is waited for.
    mutating func finish() -> Bool {
        guard isOpen, !isOver, version == .hixie76 else { return false }
        endIsExpected = true
        endpoint.close()
        return true
    }

    var isOrderlyEnd: Bool { isOver || endIsExpected }

    /// - Returns: Whether the handshake is done.
    private mutating func open(
        _ bytes: inout ByteBuffer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) -> Bool {
        let before = bytes.readableBytes
        do throws(HandshakeError) {
            isOpen = try handshake.receive(&bytes) != nil
            ledger.book(before - bytes.readableBytes, .handshake, .down)
            return isOpen
        } catch {
            isOver = true
            ledger.book(before, .handshake, .down)
            bytes.clear()
            events(.fault("the WebSocket handshake failed: \(error)"))
            return false
        }
    }

    private mutating func read(_ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void) {
        do throws(HixieError) {
            while let event = try endpoint.nextEvent() {
                switch event {
                case .message(_, let text): take(text, &ledger, events)
                case .closeReceived:
                    isOver = true
                    if !endIsExpected { events(.ended("the server closed; \(version.rawValue) has no code for why")) }
                case .ping, .pong: break
                }
            }
        } catch {
            isOver = true
            events(.fault("the server broke the WebSocket protocol: \(error)"))
        }
    }

    private mutating func take(_ text: ByteBuffer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void) {
        if let header = text.withUnsafeReadableBytes({ ItemText.header(of: $0) }) {
            events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
        } else if let oldest = GapNotice.oldest(in: String(buffer: text)), oldest > 0 {
            endIsExpected = true
            // The notice is a message like an item, but no item.
            ledger.book(-text.readableBytes, .payload, .down)
            ledger.book(text.readableBytes, .envelope, .down)
            events(.gap(through: oldest - 1))
        } else {
            events(.fault("the server sent a message that is no item; an item is SEQUENCE,DUE,DATA"))
        }
    }
}
