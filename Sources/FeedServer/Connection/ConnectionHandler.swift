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

    /// Index in the loop's list of waiting connections; only the loop changes it.
    var waitingIndex: Int?
    /// When the exchange asked to be woken; only the loop changes it.
    var wakeAt: MonotonicInstant?

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
        didSet { stream?.connection.hasCarriedFeed = true }
    }
    /// On a lane port: counts the connection's bytes.
    let tap: LaneTap?
    /// Number of the transport that the last request was for.
    private var transport: Int?
    private(set) var context: ChannelHandlerContext?
    // Only with TLS: the handler between TLS and the socket.
    private(set) var wireEnd: TLSWireEnd?
    /// Only of an HTTP/2 stream.
    let stream: Stream?
    private var kernel = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1, peer: &$2) }

    /// An HTTP/2 stream, and the connection that it belongs to.
    struct Stream {
        let number: Int
        let connection: HTTP2Connection
    }

    init(
        loop: FeedLoop, router: RequestRouter, refusal: String?, stream: Stream? = nil,
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
        loop.connectionOpened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        life.ended()
        endExchange()
        awaitedBody = nil
        self.context = nil
        wireEnd = nil
        uses(nil)
        if let tap {
            if let stream { tap.streamEnded(stream.number) } else { tap.ended(kernel.count) }
        } else if isCounted {
            feed.counters.addClosedConnection(kernel.count)
        }
        loop.connectionClosed(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.received(unwrapInboundIn(data))
        process()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
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
        if context.channel.isWritable { itemPublished() }
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

    func clockReached(_ now: MonotonicInstant) {
        guard let actions = exchange?.subscriber.clockReached(now, window: feed.window) else { return }
        perform(actions)
        process()
    }

    func serverStopping() {
        if let actions = exchange?.subscriber.serverStopping(feed.window) { perform(actions) }
        carryOut(life.serverStopping(at: MonotonicClock.now()))
    }

    func endIfOverdue(_ now: MonotonicInstant) {
        if exchange?.subscriber.wantsClock == true { clockReached(now) }
        carryOut(life.clockReached(now))
    }

    // MARK: Carrying out

    func carryOut(_ action: ConnectionLife.Action) {
        switch action {
        case .goOn: break
        case .closeOutput:
            endExchange()
            context?.close(mode: .output, promise: nil)
        case .closeOnceWritten:
            endExchange()
            closeOnceWritten()
        case .closeNow: closeNow()
        case .refuseLateHead: refuseLateHead()
        }
    }

    func write(_ bytes: ByteBuffer) {
        context?.write(wrapOutboundOut(bytes), promise: nil)
    }

    private func closeOnceWritten() {
        guard let context else { return }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolatedUnsafeUnchecked().whenComplete { _ in self.closeNow() }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    func drop() {
        closeNow()
    }

    func closeNow(orderly: Bool = true) {
        readKernel(orderly: orderly)
        if let wireEnd { wireEnd.close() } else { context?.close(promise: nil) }
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
        context.flatMap { kernel.now($0) }
    }

    private func readKernel(orderly: Bool = true) {
        if isCounted, let context { kernel.read(context, orderly: orderly) }
    }
}
