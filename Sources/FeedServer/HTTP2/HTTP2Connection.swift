import ConnectionEnds
import Host
import Measurement
import NIOCore
import NIOHTTP2
import NIOSSL
import Transports
import WireAccounting

/// An HTTP/2 connection, below its streams: counts what its frames are, reads the kernel's counters before the close.
final class HTTP2Connection: ChannelDuplexHandler, WireOwner, HTTP2StreamOwner {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Whether a stream has carried the feed; other connections are no part of the experiment.
    var hasCarriedFeed = false
    /// With TLS only: the connection's end below it.
    private var wireEnd: TLSWireEnd?

    private let loop: FeedLoop
    private var tally = HTTP2Tally()
    private var kernel = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1) }
    private var context: ChannelHandlerContext?
    // No further stream is taken; the connection ends with the last one.
    private var isLeaving = false
    // Our half is closed; by then the client is to have closed its own.
    private var closingDeadline: MonotonicInstant?
    private var budget: ConnectionBudget
    // When the connection last had a stream, or began.
    private var lastStream = MonotonicClock.now()

    init(loop: FeedLoop, wireEnd: TLSWireEnd?) {
        self.loop = loop
        self.wireEnd = wireEnd
        budget = ConnectionBudget(maximumStreams: loop.configuration.streamsPerConnection)
    }

    /// What becomes of a stream that the client opens.
    enum Admission {
        case served
        /// The server has no room; the request is answered 503.
        case unavailable
        /// The connection has as many as it may have; the stream is reset.
        case refused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wireEnd?.owner = self
        loop.http2ConnectionOpened(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        bytes.withUnsafeReadableBytes { tally.up.passed($0) }
        switch budget.arrived(bytes.readableBytes) {
        case .take: context.fireChannelRead(data)
        case .discard: break
        case .stopReading: _ = context.channel.setOption(.autoRead, value: false)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        unwrapOutboundIn(data).withUnsafeReadableBytes { tally.down.passed($0) }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        // Not our own goodbye: the client broke the protocol, and the connection is of no use any more (RFC 9113
        // §5.4.1).
        if tally.down.saysGoodbye, !isLeaving {
            isLeaving = true
            budget.clientDismissed()
            closeOutput()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if wireEnd == nil { wireReadComplete() }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client has left; its streams end with it.
        if case .inputClosed? = event as? ChannelEvent { closeNow() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        context.fireErrorCaught(error)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .all = mode, wireEnd == nil { readKernel() }
        context.close(mode: mode, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wireEnd = nil
        if hasCarriedFeed {
            loop.feed.counters.feedHTTP2.merge(tally)
            loop.feed.counters.book(kernel.count)
        }
        loop.http2ConnectionClosed(self)
        context.fireChannelInactive()
    }

    /// Takes the bytes by which the connection was known for HTTP/2.
    func replay(_ bytes: ByteBuffer) {
        guard let context else { return }
        channelRead(context: context, data: NIOAny(bytes))
        context.fireChannelReadComplete()
    }

    /// The streams have been told to end: no further one is taken, and the connection ends after the last one.
    func serverStopping() {
        if isLeaving { return }
        isLeaving = true
        sayGoodbye(.noError)
        endIfLeft()
    }

    // Our half is closed, and what the client has under way is awaited.
    private func endIfLeft() {
        guard isLeaving, budget.streams == 0, closingDeadline == nil, let context else { return }
        // The last stream's own end goes out first.
        context.eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.closeOutput() }
    }

    private func closeOutput() {
        if closingDeadline != nil { return }
        closingDeadline = MonotonicClock.now() + ConnectionLife.closingTimeout
        context?.close(mode: .output, promise: nil)
    }

    /// A stream takes a place, but for the first one, which takes the connection's own.
    func streamOpened() -> Admission {
        guard budget.streamOpened() else { return .refused }
        return budget.streams == 1 || loop.occupancy.takePlace() ? .served : .unavailable
    }

    /// A stream that was not refused has ended.
    func streamEnded() {
        if budget.streams > 1 { loop.occupancy.leavePlace() }
        budget.streamClosed()
        lastStream = MonotonicClock.now()
        endIfLeft()
    }

    /// A stream was reset, by the client or because of what it sent.
    func streamWasReset() {
        if isLeaving || budget.streamWasReset(at: MonotonicClock.now()) { return }
        // Not within what NIO does with the frame.
        context?.eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.sayGoodbye(.enhanceYourCalm) }
    }

    private func sayGoodbye(_ code: HTTP2ErrorCode) {
        let goodbye = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: .maxID, errorCode: code, opaqueData: nil))
        context?.channel.writeAndFlush(goodbye, promise: nil)
    }

    /// Ends a connection that has had no stream for the allowed time, and drops one whose client does not answer its
    /// end.
    func endIfOverdue(_ now: MonotonicInstant) {
        if let closingDeadline {
            if now >= closingDeadline { closeNow() }
        } else if budget.streams == 0, now - lastStream > loop.configuration.idleTimeout {
            serverStopping()
        }
    }

    func closeNow() {
        readKernel()
        if let wireEnd { wireEnd.close() } else { context?.close(promise: nil) }
    }

    // MARK: The kernel's count

    func wireReadComplete() {
        if closingDeadline != nil { readKernel() }
    }

    func wireCloses() {
        readKernel()
    }

    private func readKernel() {
        if let context { kernel.read(context) }
    }
}
