import ConnectionEnds
import Host
import Measurement
import NIOCore
import NIOSSL
import Transports
import WireAccounting

/// One connection of the server: passes events to its parts and carries out their decisions.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler, WireOwner, LaneConnection {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Index in the loop's list of connections; only the loop changes it.
    var index: Int?
    /// Index in the loop's list of waiting connections; only the loop changes it.
    var waitingIndex: Int?
    var place: WakePlace?
    /// When the exchange asked to be woken.
    var exchangeWake = ConnectionLife.never
    /// When to look at a limit that the exchange has started.
    var messageCheck = ConnectionLife.never

    let loop: FeedLoop
    /// The loop's feed, stored here so that a delivery does not look it up in the loop.
    let feed: LoopFeed
    let router: RequestRouter
    /// The sentence of the 503 that answers the first request, because the server is full; `nil` if it has room.
    let refusal: String?
    var life: ConnectionLife
    var reader: RequestReader
    var exchange: Exchange?
    /// The request whose body is being read.
    var awaitedBody: AwaitedBody?
    /// Whether the exchange counts as a subscriber.
    var isSubscriber = false
    /// Whether the connection is queued for a turn of work on the loop.
    var isAwaitingTurn = false
    /// Whether the exchange has work left; reading pauses until it is done.
    var hasWorkLeft = false
    /// Whether the connection carried the feed or an echo; others are not part of the experiment.
    var hasCarriedFeed = false {
        didSet { if let stream, hasCarriedFeed { stream.connection.hasCarriedFeed = true } }
    }
    /// On a lane port: counts the connection's bytes.
    let tap: LaneTap?
    /// Number of the transport that the last request was for.
    private var transport: Int?
    private(set) var context: ChannelHandlerContext?
    /// The socket, if the connection's bytes go to it unchanged and uncounted: plain TCP, no lane port. Otherwise -1.
    private(set) var socket: Int32 = -1
    /// Writes that the channel has not finished.
    var channelWrites = 0
    /// Whether answers are collected until all that was read is processed.
    var isCollecting = false
    /// Answers that are not sent yet.
    var collected = ByteBuffer()
    /// Whether an item was published that is not delivered yet.
    var hasPublished = false
    // Only with TLS: the handler between TLS and the socket.
    private(set) var wireEnd: TLSWireEnd?
    /// Only of an HTTP/2 stream.
    let stream: HTTP2Stream?
    // Made at the first reading, because an idle connection needs none.
    private var kernel: KernelReading?

    init(
        loop: FeedLoop, router: RequestRouter, refusal: String?, stream: HTTP2Stream? = nil,
        tap: LaneTap? = nil
    ) {
        self.tap = tap
        self.loop = loop
        feed = loop.feed
        self.router = router
        self.refusal = refusal
        self.stream = stream
        life = ConnectionLife(
            headTimeout: loop.configuration.headTimeout, idleTimeout: loop.configuration.idleTimeout,
            openedAt: MonotonicClock.now())
        reader = RequestReader(isStream: stream != nil, firstLines: router.firstLines)
    }

    /// Whether this is an HTTP/2 stream, not a connection.
    var isStream: Bool { stream != nil }

    /// Makes the handler between TLS and the socket.
    func makeWireEnd() -> TLSWireEnd {
        let end = TLSWireEnd(self)
        wireEnd = end
        return end
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if wireEnd == nil, tap == nil, stream == nil { socket = context.socket ?? -1 }
        loop.connectionOpened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        socket = -1
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        socket = -1
        wireEnd = nil
        gone()
        if let tap {
            tap.ended(kernel?.last.count)
        } else if isCounted {
            feed.counters.addClosedConnection(kernel?.last.count)
        }
        loop.connectionClosed(self)
    }

    /// The connection is gone: its exchange ends.
    func gone() {
        life.ended()
        endExchange()
        awaitedBody = nil
        uses(nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.received(unwrapInboundIn(data))
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // The channel reuses its receive buffer only if nothing else refers to it.
        if reader.bytes.readableBytes == 0 { reader.bytes = ByteBuffer() }
        if wireEnd == nil { wireReadComplete() }
    }

    func wireReadComplete() {
        // Once both halves are shut, the channel closes its socket without another event: read the counters now.
        if case .closing = life.state { readKernel() }
    }

    /// TLS has written its last bytes and closes.
    func wireCloses() {
        readKernel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? ChannelEvent {
        case .inputClosed: carryOut(life.peerEnded(at: MonotonicClock.now()))
        case .outputClosed: carryOut(life.outputClosed())
        default: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writabilityChanged()
        if isWritable { itemPublished() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer may close without a TLS close_notify alert; TLS has authenticated all that it decrypted.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        // A peer may reset its connection; there is no client left to answer.
        closeNow(orderly: false)
    }

    // MARK: Called by the loop

    /// The window has new items. A connection that is not writable falls behind; its cursor keeps the position.
    func itemPublished() {
        catchUp()
        process()
    }

    func serverStopping() {
        if let actions = exchange?.subscriber.serverStopping(feed.window) { perform(actions) }
        carryOut(life.serverStopping(at: MonotonicClock.now()))
    }

    // MARK: Carrying out

    func carryOut(_ action: ConnectionLife.Action) {
        switch action {
        case .goOn: break
        case .closeOutput:
            endExchange()
            closeOutput()
        case .closeOnceWritten:
            endExchange()
            closeOnceWritten()
        case .closeNow: closeNow()
        case .refuseLateHead: refuseLateHead()
        }
        if action != .goOn { limitsChanged() }
    }

    func drop() {
        closeNow()
    }

    /// From now on, the connection counts for this transport; `nil` for none.
    func uses(_ number: Int?) {
        if number == transport { return }
        if let transport { feed.counters.transports[transport].connections -= 1 }
        if let number { feed.counters.transports[number].connections += 1 }
        transport = number
    }

    /// Whether no request is under way and no byte of the next one has arrived.
    var isBetweenRequests: Bool {
        if case .awaitingRequest = life.state { reader.bytes.readableBytes == 0 } else { false }
    }

    // MARK: Kernel byte counters

    // A stream has no socket; its connection reads the counters. On a lane port every byte counts.
    private var isCounted: Bool {
        (hasCarriedFeed || reader.firstLineTransport != nil || tap != nil) && !isStream
    }

    /// The counters of a connection that is still open.
    func kernelNow() -> KernelCount? {
        context.flatMap { reading().last.now($0) }
    }

    func readKernel(orderly: Bool = true) {
        if isCounted, let context { reading().last.read(context, orderly: orderly) }
    }

    private func reading() -> KernelReading {
        let reading = kernel ?? KernelReading()
        kernel = reading
        return reading
    }

    private final class KernelReading {
        var last = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1, peer: &$2) }
    }
}
