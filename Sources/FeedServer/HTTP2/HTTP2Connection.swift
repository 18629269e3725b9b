import Host
import Measurement
import NIOCore
import NIOHTTP2
import NIOSSL
import Transports
import WireAccounting

/// An HTTP/2 connection, below its streams: counts what its frames are, reads the kernel's counters before the close.
final class HTTP2Connection: ChannelDuplexHandler, WireOwner {
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
    private var kernel = LastKernelCount()
    private var context: ChannelHandlerContext?
    // No further stream is taken; the connection ends with the last one.
    private var isLeaving = false
    // Our half is closed; by then the client is to have closed its own.
    private var closingDeadline: MonotonicInstant?
    private var streams = 0
    private var lastRead = MonotonicClock.now()

    init(loop: FeedLoop, wireEnd: TLSWireEnd?) {
        self.loop = loop
        self.wireEnd = wireEnd
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wireEnd?.owner = self
        loop.http2ConnectionOpened(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastRead = MonotonicClock.now()
        unwrapInboundIn(data).withUnsafeReadableBytes { tally.up.passed($0) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        unwrapOutboundIn(data).withUnsafeReadableBytes { tally.down.passed($0) }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        // Not our own goodbye: the client broke the protocol, and the connection is of no use any more (RFC 9113 §5.4.1).
        if tally.down.saysGoodbye, !isLeaving {
            isLeaving = true
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
            loop.counters.feedHTTP2.merge(tally)
            kernel.book(in: &loop.counters)
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
        guard let context, !isLeaving else { return }
        isLeaving = true
        let goodbye = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil))
        context.channel.writeAndFlush(goodbye, promise: nil)
        endIfLeft()
    }

    // Our half is closed, and what the client has under way is awaited.
    private func endIfLeft() {
        guard isLeaving, streams == 0, closingDeadline == nil, let context else { return }
        // The last stream's own end goes out first.
        context.eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.closeOutput() }
    }

    private func closeOutput() {
        if closingDeadline != nil { return }
        closingDeadline = MonotonicClock.now() + ConnectionLife.closingTimeout
        context?.close(mode: .output, promise: nil)
    }

    func streamOpened() {
        streams += 1
    }

    func streamClosed() {
        streams -= 1
        endIfLeft()
    }

    /// Ends a connection that has had no stream for the allowed time, and drops one whose client does not answer its end.
    func endIfOverdue(_ now: MonotonicInstant) {
        if let closingDeadline {
            if now >= closingDeadline { closeNow() }
        } else if streams == 0, now - lastRead > loop.configuration.idleTimeout {
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
