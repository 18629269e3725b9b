import ConnectionEnds
import Host
import Measurement
import NIOCore
import Transports

/// One client, on a connection of its own or on a stream: passes bytes between its listener and what carries them.
final class SocketClient: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let index: Int
    let attempt: UInt64
    private let fleet: SocketFleet
    private var listener: any ConnectionListener
    // The connection that carries this client, perhaps among others.
    private let connection: ClientConnection
    private var context: ChannelHandlerContext?
    private var wasOpen = false
    // Since when the client may send messages; `nil` before its way is open and once it is to end.
    private var takesMessagesSince: MonotonicInstant?
    private var isSending = false
    /// When this client wants to be woken to send; `nil` for never.
    private(set) var wakesAt: MonotonicInstant?
    private var hasReceived = false

    /// Whether the end was the transport's own, not a break.
    var endedOrderly: Bool { hasFailed || listener.isOrderlyEnd }
    // Told already.
    private var hasFailed = false

    var isWithinItem: Bool { listener.isWithinItem }

    init(_ caller: Caller, on connection: ClientConnection, fleet: SocketFleet) {
        index = caller.index
        attempt = caller.attempt
        listener = caller.listener
        self.connection = connection
        self.fleet = fleet
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        fleet.clientConnected(self)
        if let port = context.channel.localAddress?.port { fleet.recorder.connected(client: index, port: port) }
        write(listener.connected(ledger: &fleet.ledger))
        noteOpening()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let hadReceived = hasReceived
        listener.received(&bytes, ledger: &fleet.ledger) { event in
            if case .item = event { hasReceived = true }
            fleet.recorder.take(event, client: index, at: connection.lastArrival)
        }
        if hasReceived, !hadReceived { fleet.firstItemReceived(self) }
        noteOpening()
        writeOutput()
    }

    private func noteOpening() {
        if wasOpen || !listener.isOpen { return }
        wasOpen = true
        fleet.handshakeDone(compression: listener.compression)
        takeMessages()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // A flush may tell so while messages are being sent; they go on by themselves.
        if context.channel.isWritable, takesMessagesSince != nil, !isSending { takeMessages() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: closeNow()
        case let answer as HTTP2StreamAnswer: streamAnswered(answer)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func streamAnswered(_ answer: HTTP2StreamAnswer) {
        listener.streamAnswered(answer.fields) { event in
            fleet.recorder.take(event, client: index, at: connection.lastArrival)
        }
        noteOpening()
        writeOutput()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasFailed = true
        if !fleet.isFinishing {
            fleet.recorder.ended(
                .broken, "a connection failed: \(NetworkWords.text(error))", client: index, at: MonotonicClock.now())
        }
        closeNow()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wakesAt = nil
        listener.connectionEnded(ledger: &fleet.ledger)
        fleet.clientClosed(self)
    }

    /// Sends every message that is due, as long as they are taken: what waits keeps its due time.
    func sendMessages() {
        wakesAt = nil
        isSending = true
        defer { isSending = false }
        while let since = takesMessagesSince, let context, context.channel.isWritable,
            let due = listener.nextMessageDue
        {
            let now = MonotonicClock.now()
            guard due <= now else {
                wakesAt = due
                return fleet.wake(self, at: due)
            }
            listener.sendMessage()
            fleet.messageSent(due: due, lag: now - max(due, since))
            writeOutput()
        }
    }

    private func takeMessages() {
        takesMessagesSince = MonotonicClock.now()
        sendMessages()
    }

    /// Drops a server that has had its time.
    func clockReached(_ now: MonotonicInstant) {
        let complaint = listener.clockReached(now)
        writeOutput()
        guard let complaint else { return }
        hasFailed = true
        fleet.recorder.ended(.broken, complaint, client: index, at: now)
        closeNow()
    }

    /// Begins the orderly end, or ends at once where the transport has no such thing.
    func finish() {
        takesMessagesSince = nil
        wakesAt = nil
        guard listener.finish() else { return closeNow() }
        writeOutput()
        if listener.finishesByEndingOutput { context?.close(mode: .output, promise: nil) }
    }

    func closeNow() {
        context?.close(promise: nil)
    }

    private func writeOutput() {
        guard let output = listener.takeOutput(ledger: &fleet.ledger) else { return }
        write(output)
    }

    private func write(_ bytes: ByteBuffer) {
        if bytes.readableBytes > 0 { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
    }
}
