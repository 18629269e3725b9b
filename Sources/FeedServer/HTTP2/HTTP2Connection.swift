import ConnectionEnds
import HTTP2Protocol
import Host
import Measurement
import NIOCore
import NIOSSL
import Transports
import WireAccounting

/// One HTTP/2 connection: passes bytes to its session, and what the streams mean to their handlers; counts its frames,
/// and reads the kernel's counters before the close.
///
/// Frames of all streams that follow from one event are written together: one system call, and with TLS one record.
final class HTTP2Connection: ChannelInboundHandler, WireOwner {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    // Frames of one event are written earlier if they are more than this, in bytes.
    private static let mostUnwritten = 32 << 10

    let loop: FeedLoop
    let router: RequestRouter
    /// The sentence of the 503 for every request, because the server is full; `nil` if it has room.
    let refusal: String?
    let tap: LaneTap?
    var session: HTTP2ServerSession
    var streams: [Int: HTTP2Stream] = [:]
    var budget: ConnectionBudget
    /// Streams whose exchange waits for items.
    var waiting = WaitingList()
    /// Whether a stream has carried the feed; other connections are not part of the experiment.
    var hasCarriedFeed = false
    /// GOAWAY was sent; the connection ends after its last stream.
    var isEnding = false
    /// When the last stream ended; at first, when the connection began.
    var lastStream = MonotonicClock.now()
    /// The last request, which the next one may equal.
    var lastOpening: (number: UInt64, endsStream: Bool, opening: StreamOpening)?

    // Only with TLS: the handler between TLS and the socket.
    private var wireEnd: TLSWireEnd?
    private var tally = HTTP2Tally()
    private var kernel = LastKernelCount { SocketCounters.read($0, at: .server, closedOrderly: $1, peer: &$2) }
    private var context: ChannelHandlerContext?
    // Our half is closed; the client must close its half by then.
    private var closingDeadline: MonotonicInstant?
    // Events under way; frames are written when the outermost one ends.
    private var depth = 0
    private var (hasScheduledEvents, hasWritabilityChanged, readsNoMore) = (false, false, false)
    // Streams whose handler reads again.
    private var readingAgain: [HTTP2Stream] = []

    init(loop: FeedLoop, router: RequestRouter, refusal: String?, wireEnd: TLSWireEnd?, tap: LaneTap?) {
        self.loop = loop
        self.router = router
        self.refusal = refusal
        self.tap = tap
        self.wireEnd = wireEnd
        let maximumStreams = loop.configuration.streamsPerConnection
        budget = ConnectionBudget(maximumStreams: maximumStreams)
        session = HTTP2ServerSession(HTTP2ServerSession.Limits(streams: maximumStreams))
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        wireEnd?.owner = self
        loop.http2ConnectionOpened(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        bytes.withUnsafeReadableBytes { tally.up.passed($0) }
        switch budget.arrived(bytes.readableBytes) {
        case .take:
            // Until everything that has arrived is read.
            depth += 1
            session.received(bytes)
            takeEvents()
            depth -= 1
        case .discard: break
        case .stopReading:
            readsNoMore = true
            _ = context.channel.setOption(.autoRead, value: false)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        together {}
        if wireEnd == nil { wireReadComplete() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client has closed its half; its streams end with it.
        if case .inputClosed? = event as? ChannelEvent { closeNow() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        together { hasWritabilityChanged = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer may close without a TLS close_notify alert; TLS has authenticated all that it decrypted.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        closeNow(orderly: false)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        wireEnd = nil
        endStreams()
        if let tap {
            tap.ended(kernel.count)
        } else if hasCarriedFeed {
            loop.feed.counters.feedHTTP2.merge(tally)
            loop.feed.counters.addClosedConnection(kernel.count)
        }
        loop.http2ConnectionClosed(self)
    }

    /// Processes the bytes that were read to detect HTTP/2.
    func replay(_ bytes: ByteBuffer) {
        guard let context else { return }
        channelRead(context: context, data: NIOAny(bytes))
        channelReadComplete(context: context)
    }

    // MARK: Events and output

    /// Carries out one event, and writes all frames that follow from it together.
    func together(_ event: () -> Void) {
        depth += 1
        event()
        if depth == 1 {
            repeat {
                takeEvents()
                flush()
                if hasWritabilityChanged { writabilityChanged() }
            } while session.hasEvents || session.outputBytes > 0
            if isEnding, streams.isEmpty { closeOutput() }
        }
        depth -= 1
    }

    /// A stream has frames that are due now.
    func flushSoon() {
        if depth == 0 {
            flush()
            if session.hasEvents || hasWritabilityChanged { scheduleEvents() }
        } else if session.outputBytes > Self.mostUnwritten {
            flush()
        }
    }

    private func flush() {
        guard session.outputBytes > 0 else { return }
        let bytes = session.takeOutput()
        guard let context else { return }
        bytes.withUnsafeReadableBytes { tally.down.passed($0) }
        depth += 1
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        depth -= 1
    }

    private func takeEvents() {
        while true {
            while let stream = readingAgain.popLast() { stream.takeHeld() }
            guard let event = session.next() else { return }
            take(event)
        }
    }

    /// Writes the frames so far, so that the tap sees them before the end of their stream.
    func flushForTap() {
        if tap != nil { flush() }
    }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    private func writabilityChanged() {
        hasWritabilityChanged = false
        guard let context else { return }
        // A client that does not read gets no more responses, such as those to PING.
        if !readsNoMore { _ = context.channel.setOption(.autoRead, value: isWritable) }
        for stream in Array(streams.values) { stream.handler?.streamWritabilityChanged() }
    }

    /// A handler takes content again, once it is done with what it does now.
    func streamReadsAgain(_ stream: HTTP2Stream) {
        readingAgain.append(stream)
        if depth == 0 { scheduleEvents() }
    }

    // Not now: a handler is at work.
    private func scheduleEvents() {
        guard !hasScheduledEvents, let context else { return }
        hasScheduledEvents = true
        context.eventLoop.assumeIsolatedUnsafeUnchecked().execute {
            self.hasScheduledEvents = false
            self.together {}
        }
    }

    // MARK: The end

    /// Closes our half, then waits for the client to close its half.
    func closeOutput() {
        if closingDeadline != nil { return }
        flush()
        closingDeadline = MonotonicClock.now() + ConnectionLife.closingTimeout
        context?.close(mode: .output, promise: nil)
    }

    /// Ends a connection that has been idle too long; drops one whose client did not close its half in time.
    func endIfOverdue(_ now: MonotonicInstant) {
        if let closingDeadline {
            if now >= closingDeadline { closeNow() }
        } else if streams.isEmpty, now - lastStream > loop.configuration.idleTimeout {
            serverStopping()
        }
    }

    /// The counters of a connection that is still open.
    func kernelNow() -> KernelCount? {
        context.flatMap { kernel.now($0) }
    }

    func closeNow(orderly: Bool = true) {
        readKernel(orderly: orderly)
        if let wireEnd { wireEnd.close() } else { context?.close(promise: nil) }
    }

    // MARK: Kernel byte counters

    func wireReadComplete() {
        if closingDeadline != nil { readKernel() }
    }

    func wireCloses() {
        readKernel()
    }

    private func readKernel(orderly: Bool = true) {
        if let context { kernel.read(context, orderly: orderly) }
    }
}
