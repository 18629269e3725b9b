import Measurement
import NIOCore
import WireAccounting

/// A WebSocket client of a server with another dialect: finds the items in its messages, text or binary.
struct DialectSocketListener: ConnectionListener {
    private var socket: WebSocketListener
    private var items: DialectItems

    init(_ setup: ListenerSetup) {
        socket = WebSocketListener(setup)
        items = DialectItems(setup, ownBoundary: .body)
    }

    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer {
        socket.connected(ledger: &ledger)
    }

    var streamRequest: [(name: String, value: String)] { socket.streamRequest }

    mutating func streamAnswered(_ fields: [(name: String, value: String)], events: (ListenerEvent) -> Void) {
        socket.streamAnswered(fields, events: events)
    }

    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        var items = items
        var found = ByteLedger()
        socket.received(
            &bytes, ledger: &ledger,
            reading: { _, payload in
                payload.withUnsafeReadableBytes { items.readMessage($0, ledger: &found, events: events) }
                return nil
            }, events: events)
        // Whole messages were counted as payload. Of a compressed message nothing can be separated.
        guard socket.compression == nil else { return }
        let envelope = Int(found[.envelope, .down])
        ledger.book(-envelope, .payload, .down)
        ledger.book(envelope, .envelope, .down)
    }

    mutating func takeOutput(ledger: inout ByteLedger) -> ByteBuffer? {
        socket.takeOutput(ledger: &ledger)
    }

    mutating func connectionEnded(ledger: inout ByteLedger) {
        socket.connectionEnded(ledger: &ledger)
    }

    mutating func finish() -> Bool {
        socket.finish()
    }

    mutating func clockReached(_ now: MonotonicInstant) -> String? {
        socket.clockReached(now)
    }

    mutating func places() -> [UnsafeRawBufferPointer] { socket.places() }

    var isOpen: Bool { socket.isOpen }
    var compression: String? { socket.compression }
    var controlFrames: (received: Int, sent: Int) { socket.controlFrames }
    var isWithinItem: Bool { socket.isWithinItem }
    var isOrderlyEnd: Bool { socket.isOrderlyEnd }
}
