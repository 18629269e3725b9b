import ConnectionEnds
import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// One client, on its own connection or on a stream: passes bytes between its listener and the channel.
final class SocketClient: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let index: Int
    let attempt: UInt64
    private let fleet: SocketFleet
    private var listener: any ConnectionListener
    // The connection of this client, possibly shared.
    private let connection: ClientConnection
    private var context: ChannelHandlerContext?
    private var wasOpen = false
    // Since when the client may send messages; `nil` before the connection is open, and after the end has begun.
    private var takesMessagesSince: MonotonicInstant?
    private var isSending = false
    /// When to wake this client to send; `nil` for never.
    private(set) var wakesAt: MonotonicInstant?
    private var hasReceived = false

    /// Whether the connection ended as the transport specifies, or its failure is already recorded.
    var endedOrderly: Bool { hasFailed || listener.isOrderlyEnd }
    // A failure was recorded.
    private var hasFailed = false

    var isWithinItem: Bool { listener.isWithinItem }
    var isOpen: Bool { listener.isOpen }
    /// Whether the client ends its connection by itself within the run.
    private(set) var isLeaving = false

    init(_ client: PendingClient, on connection: ClientConnection, fleet: SocketFleet) {
        index = client.index
        attempt = client.attempt
        listener = client.listener
        self.connection = connection
        self.fleet = fleet
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        fleet.clientConnected(self)
        fleet.recorder.began(client: index, at: MonotonicClock.now())
        if let port = context.channel.localAddress?.port { fleet.recorder.connected(client: index, port: port) }
        write { listener.connected(ledger: &$0) }
        noteOpening()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let hadReceived = hasReceived
        var hasLostServer = false
        listener.received(&bytes, ledger: &fleet.ledger) { event in
            switch event {
            case .item, .foreign: hasReceived = true
            case .lostServer: hasLostServer = true
            case .gap, .skipped, .ended, .fault: break
            }
            fleet.recorder.take(event, client: index, at: connection.lastArrival)
        }
        if hasReceived, !hadReceived { fleet.firstItemReceived(self) }
        noteOpening()
        writeOutput()
        // A proxy without a server keeps the connection open after its answer.
        if hasLostServer { closeNow() }
    }

    private func noteOpening() {
        if wasOpen || !listener.isOpen { return }
        wasOpen = true
        fleet.handshakeDone(compression: listener.compression)
        // The opening handshake was under way when the run ended.
        if fleet.isFinishing { finish() } else { takeMessages() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // A flush may call this while messages are being sent; then the sending loop continues by itself.
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
        if !fleet.isFinishing, !isLeaving {
            let reason = NetworkErrorText.text(error)
            fleet.recorder.ended(
                .broken, "a connection failed: \(reason)", client: index, at: MonotonicClock.now())
        }
        closeNow()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wakesAt = nil
        listener.connectionEnded(ledger: &fleet.ledger)
        let frames = listener.controlFrames
        fleet.recorder.messages.count(.controlDown, times: UInt64(frames.received))
        fleet.recorder.messages.count(.controlUp, times: UInt64(frames.sent))
        fleet.counts.requests += UInt64(listener.furtherRequests)
        fleet.clientClosed(self)
    }

    /// Sends all due messages while the channel is writable. Waiting messages keep their due time.
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

    /// Closes the connection if the server has exceeded a time limit.
    func clockReached(_ now: MonotonicInstant) {
        let complaint = listener.clockReached(now)
        writeOutput()
        guard let complaint else { return }
        hasFailed = true
        fleet.recorder.ended(.broken, complaint, client: index, at: now)
        closeNow()
    }

    /// Starts the orderly end, or closes at once if the transport has none. During the opening handshake the end waits
    /// for its answer: a close would lose bytes of it, which the server's kernel has counted.
    func finish() {
        takesMessagesSince = nil
        wakesAt = nil
        if !wasOpen { return }
        guard listener.finish() else { return closeNow() }
        writeOutput()
        if listener.finishesByEndingOutput { context?.close(mode: .output, promise: nil) }
    }

    /// Ends the connection in order, because the client's lifetime is over.
    func leave() {
        isLeaving = true
        finish()
    }

    func closeNow() {
        context?.close(promise: nil)
    }

    private func writeOutput() {
        write { listener.takeOutput(ledger: &$0) }
    }

    // A write to a connection that the server has reset fails and closes the connection, possibly later. Its bytes are
    // not counted.
    private func write(_ output: (inout ByteLedger) -> ByteBuffer?) {
        var booked = ByteLedger()
        guard let bytes = output(&booked) else { return }
        if fleet.awaitsWrites, bytes.readableBytes > 0, let context {
            let written = context.eventLoop.makePromise(of: Void.self)
            written.futureResult.assumeIsolated().whenSuccess { [fleet, booked] in fleet.ledger.merge(booked) }
            context.writeAndFlush(wrapOutboundOut(bytes), promise: written)
        } else {
            if bytes.readableBytes > 0 { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
            if connection.isOpen { fleet.ledger.merge(booked) }
        }
    }
}
