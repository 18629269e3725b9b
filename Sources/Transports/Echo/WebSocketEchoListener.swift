import Measurement
import NIOCore
import WireAccounting

/// A WebSocket client that sends messages on a schedule and checks their echoes.
struct WebSocketEchoListener: ConnectionListener {
    private var socket: WebSocketListener
    private var messages: EchoMessages
    // Reused for each message, so that sending allocates only the frame.
    private var message = ByteBuffer()

    init(_ setup: ListenerSetup) {
        guard let messages = setup.messages else { preconditionFailure("a client of /echo has messages to send") }
        self.messages = messages
        socket = WebSocketListener(setup, target: "\(EchoSubscriber.path)", subprotocol: .none, deflate: nil)
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
        let messages = messages
        socket.received(
            &bytes, ledger: &ledger,
            reading: { _, payload in payload.withUnsafeReadableBytes { messages.event(ofEcho: $0) } }, events: events)
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

    var isOpen: Bool { socket.isOpen }
    var controlFrames: (received: Int, sent: Int) { socket.controlFrames }
    var isWithinItem: Bool { socket.isWithinItem }
    var isOrderlyEnd: Bool { socket.isOrderlyEnd }

    var nextMessageDue: MonotonicInstant? { messages.nextDue }

    mutating func sendMessage() {
        message.clear()
        messages.writeNext(into: &message)
        messages.advance()
        socket.send(message)
    }
}
