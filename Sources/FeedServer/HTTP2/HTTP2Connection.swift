import ConnectionEnds
import Host
import Measurement
import NIOCore
import NIOHTTP2
import NIOSSL
import Transports
import WireAccounting

/// An HTTP/2 connection below its streams: counts its frames, and reads the kernel's counters before the close.
final class HTTP2Connection: ChannelDuplexHandler, WireOwner, HTTP2StreamOwner, LaneConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Whether a stream has carried the feed; other connections are not part of the experiment.
    var hasCarriedFeed = false
    /// Only with TLS: the handler between TLS and the socket.
    private var wireEnd: TLSWireEnd?

    private let loop: FeedLoop
    private let tap: LaneTap?
    private var tally = HTTP2Tally()
    private var kernel = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1, peer: &$2) }
    private var context: ChannelHandlerContext?
    // GOAWAY was sent; the connection ends after its last stream.
    private var isEnding = false
    // Our half is closed; the client must close its half by then.
    private var closingDeadline: MonotonicInstant?
    private var budget: ConnectionBudget
    // When the last stream ended; at first, when the connection began.
    private var lastStream = MonotonicClock.now()

    init(loop: FeedLoop, wireEnd: TLSWireEnd?, tap: LaneTap? = nil) {
        self.loop = loop
        self.tap = tap
        self.wireEnd = wireEnd
        budget = ConnectionBudget(maximumStreams: loop.configuration.streamsPerConnection)
    }

    /// How a new stream is treated.
    enum Admission {
        case served
        /// The server is full; the request is answered 503.
        case unavailable
        /// The connection has its maximum of open streams; the new one is reset.
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
        // Not the GOAWAY of an orderly end: the client broke the protocol or a limit, and the connection must close
        // (RFC 9113 §5.4.1).
        if tally.down.hasSentGoAway, !isEnding {
            isEnding = true
            budget.errorGoAwaySent()
            closeOutput()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if wireEnd == nil { wireReadComplete() }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client has closed its half; its streams end with it.
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
        if let tap {
            tap.ended(kernel.count)
        } else if hasCarriedFeed {
            loop.feed.counters.feedHTTP2.merge(tally)
            loop.feed.counters.addClosedConnection(kernel.count)
        }
        loop.http2ConnectionClosed(self)
        context.fireChannelInactive()
    }

    /// Processes the bytes that were read to detect HTTP/2.
    func replay(_ bytes: ByteBuffer) {
        guard let context else { return }
        channelRead(context: context, data: NIOAny(bytes))
        context.fireChannelReadComplete()
    }

    /// The server stops, or the connection is idle: send GOAWAY, and close after the last stream.
    func serverStopping() {
        if isEnding { return }
        isEnding = true
        sendGoAway(.noError)
        closeIfUnused()
    }

    // Closes our half, then waits for the client to close its half.
    private func closeIfUnused() {
        guard isEnding, budget.streams == 0, closingDeadline == nil, let context else { return }
        // Deferred, so that the last stream's END_STREAM is sent first.
        context.eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.closeOutput() }
    }

    private func closeOutput() {
        if closingDeadline != nil { return }
        closingDeadline = MonotonicClock.now() + ConnectionLife.closingTimeout
        context?.close(mode: .output, promise: nil)
    }

    /// Each stream takes a place, except the first, which uses that of the connection.
    func streamOpened() -> Admission {
        guard budget.streamOpened() else { return .refused }
        return budget.streams == 1 || loop.occupancy.takePlace() ? .served : .unavailable
    }

    /// A stream that was not refused has ended.
    func streamEnded() {
        if budget.streams > 1 { loop.occupancy.leavePlace() }
        budget.streamClosed()
        lastStream = MonotonicClock.now()
        closeIfUnused()
    }

    /// A stream was reset, by the client or because of what it sent.
    func streamWasReset() {
        if isEnding || budget.streamWasReset(at: MonotonicClock.now()) { return }
        // Deferred until NIO has processed the frame.
        context?.eventLoop.assumeIsolatedUnsafeUnchecked().execute { self.sendGoAway(.enhanceYourCalm) }
    }

    private func sendGoAway(_ code: HTTP2ErrorCode) {
        let goAway = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: .maxID, errorCode: code, opaqueData: nil))
        context?.channel.writeAndFlush(goAway, promise: nil)
    }

    /// Ends a connection that has been idle too long; drops one whose client did not close its half in time.
    func endIfOverdue(_ now: MonotonicInstant) {
        if let closingDeadline {
            if now >= closingDeadline { closeNow() }
        } else if budget.streams == 0, now - lastStream > loop.configuration.idleTimeout {
            serverStopping()
        }
    }

    /// The counters of a connection that is still open.
    func kernelNow() -> KernelCount? {
        context.flatMap { kernel.now($0) }
    }

    let isBetweenRequests = false

    func drop() {
        closeNow()
    }

    func closeNow() {
        readKernel()
        if let wireEnd { wireEnd.close() } else { context?.close(promise: nil) }
    }

    // MARK: Kernel byte counters

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
