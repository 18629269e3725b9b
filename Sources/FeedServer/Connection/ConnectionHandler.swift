import ConnectionEnds
import Host
import Measurement
import NIOCore
import NIOSSL
import Transports
import WireAccounting

/// One connection of the server: tells its parts what has happened, and carries out what they decide.
final class ConnectionHandler: ChannelInboundHandler, RemovableChannelHandler, WireOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Place among the loop's waiting connections; the loop's own.
    var waitingIndex: Int?
    /// When the exchange asked to be woken; the loop's own.
    var wakeAt: MonotonicInstant?

    let loop: FeedLoop
    /// The loop's, handed in so that a delivery does not go back to the loop.
    let feed: LoopFeed
    let router: RequestRouter
    let isRefused: Bool
    var life: ConnectionLife
    var reader: RequestReader
    var exchange: Exchange?
    /// Whose body is being read.
    var awaitedBody: AwaitedBody?
    /// Whether the exchange counts as a subscriber.
    var isSubscriber = false
    /// Whether the connection waits for the loop's turn.
    var isAwaitingTurn = false
    /// Whether the exchange has work left; until it is done nothing more is read.
    var hasWorkLeft = false
    /// Connections that carried nothing of the feed, and no echo, are no part of the experiment.
    var hasCarriedFeed = false {
        didSet { parent?.hasCarriedFeed = true }
    }
    private(set) var context: ChannelHandlerContext?
    // With TLS only: the connection's end below it.
    private(set) var wireEnd: TLSWireEnd?
    // The HTTP/2 connection that this is a stream of; `nil` for a connection of its own.
    private let parent: HTTP2Connection?
    private var kernel = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1) }

    /// `isRefused`: the server is full, and the first request is answered 503.
    init(loop: FeedLoop, router: RequestRouter, isRefused: Bool, streamOf parent: HTTP2Connection? = nil) {
        self.loop = loop
        feed = loop.feed
        self.router = router
        self.isRefused = isRefused
        self.parent = parent
        life = ConnectionLife(
            headTimeout: loop.configuration.headTimeout, idleTimeout: loop.configuration.idleTimeout,
            openedAt: MonotonicClock.now())
        reader = RequestReader(isStream: parent != nil, firstLines: router.firstLines)
    }

    /// Whether this is a stream and no connection.
    var isStream: Bool { parent != nil }

    /// What stands below TLS in this connection's pipeline.
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
        if isCounted { feed.counters.book(kernel.count) }
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
        // Once both halves are shut the channel closes its socket without a further word: this is the last occasion.
        if case .closing = life.state { readKernel() }
    }

    /// TLS has written its last and closes.
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
        // A peer that ends without TLS' closing alert ends all the same; what TLS has decrypted, it has authenticated.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        // A reset is the peer's right; there is nobody left to answer.
        closeNow(orderly: false)
    }

    // MARK: Called by the loop

    /// The window has grown. A connection that cannot be written to stays behind; its cursor remembers where.
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

    func closeNow(orderly: Bool = true) {
        readKernel(orderly: orderly)
        if let wireEnd { wireEnd.close() } else { context?.close(promise: nil) }
    }

    // MARK: The kernel's count

    // The socket of a stream is its connection's.
    private var isCounted: Bool { (hasCarriedFeed || reader.firstLineTransport != nil) && parent == nil }

    private func readKernel(orderly: Bool = true) {
        if isCounted, let context { kernel.read(context, orderly: orderly) }
    }
}
