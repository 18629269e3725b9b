import HTTP2Protocol
import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// One HTTP/2 connection: passes bytes to its session, and what the streams mean to their handlers; counts its frames.
///
/// Frames of all streams that follow from one event are written together: one system call, and with TLS one record.
final class HTTP2Connection: WireUser {
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

    // `nil` once the connection has ended.
    private var wire: (any Wire)?
    private var tally = HTTP2Tally()
    // Our half is closed, or the client's; the other one must be closed by then, unless output leaves.
    private var closingDeadline: MonotonicInstant?
    private var leavingOutput = LeavingOutput()
    private var (inputHasEnded, hasClosedOutput) = (false, false)
    // Events under way; frames are written when the outermost one ends.
    private var depth = 0
    private var (hasScheduledEvents, hasWritabilityChanged, readsNoMore) = (false, false, false)
    // Streams whose handler reads again.
    private var readingAgain: [HTTP2Stream] = []

    init(loop: FeedLoop, router: RequestRouter, refusal: String?, wire: any Wire, tap: LaneTap?) {
        self.loop = loop
        self.router = router
        self.refusal = refusal
        self.tap = tap
        self.wire = wire
        let maximumStreams = loop.configuration.streamsPerConnection
        budget = ConnectionBudget(maximumStreams: maximumStreams)
        session = HTTP2ServerSession(HTTP2ServerSession.Limits(streams: maximumStreams))
    }

    // MARK: Events of the wire

    /// Takes over the wire from the handler that has read these bytes to detect HTTP/2.
    func begin(with bytes: ByteBuffer) {
        wire?.user = self
        tap?.connection = self
        loop.http2ConnectionOpened(self)
        take(bytes)
        readComplete()
    }

    func received(_ bytes: ByteBuffer) {
        tap?.received(bytes)
        take(bytes)
    }

    private func take(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { tally.up.passed($0) }
        switch budget.arrived(bytes.readableBytes) {
        case .take:
            // Until everything that has arrived is read.
            depth += 1
            // A copy, because parts of it may wait for a long time.
            session.received(ByteBuffer(bytes: bytes.readableBytesView))
            takeEvents()
            depth -= 1
        case .discard: break
        case .stopReading:
            readsNoMore = true
            wire?.setReading(false)
        }
    }

    func readComplete() {
        together {}
    }

    /// The client has closed its half. Requests whose answer is being collected are answered; other streams end with
    /// what the windows allow, because the client cannot open them any more.
    func inputEnded() {
        inputHasEnded = true
        closingDeadline = MonotonicClock.now() + ConnectionLife.closingTimeout
        together {
            isEnding = true
            for stream in Array(streams.values) where stream.handler?.awaitsAnswer != true {
                streamEnded(stream.number)
            }
        }
    }

    func outputEnded() {}

    func writabilityChanged() {
        together { hasWritabilityChanged = true }
    }

    func broke() {
        closeNow(isOrderly: false)
    }

    /// A connection without the feed is not part of the experiment. On a lane port every byte counts.
    var isCounted: Bool { hasCarriedFeed || tap != nil }

    func ended(_ count: KernelCount?) {
        wire = nil
        endStreams()
        if let tap {
            tap.ended(count)
        } else if hasCarriedFeed {
            loop.feed.counters.feedHTTP2.merge(tally)
            loop.feed.counters.addClosedConnection(count)
        }
        loop.http2ConnectionClosed(self)
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
                if hasWritabilityChanged { adjustToWritability() }
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
        guard let wire else { return }
        bytes.withUnsafeReadableBytes { tally.down.passed($0) }
        depth += 1
        tap?.sent(bytes)
        wire.send(bytes)
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

    var isWritable: Bool { wire?.isWritable ?? false }

    var unwrittenBytes: Int { wire?.unwrittenBytes ?? 0 }

    private func adjustToWritability() {
        hasWritabilityChanged = false
        guard let wire else { return }
        // A client that does not read gets no more responses, such as those to PING.
        if !readsNoMore { wire.setReading(isWritable) }
        for stream in Array(streams.values) { stream.handler?.writabilityChanged() }
    }

    /// A handler takes content again, once it is done with what it does now.
    func streamReadsAgain(_ stream: HTTP2Stream) {
        readingAgain.append(stream)
        if depth == 0 { scheduleEvents() }
    }

    // Not now: a handler is at work.
    private func scheduleEvents() {
        guard !hasScheduledEvents, wire != nil else { return }
        hasScheduledEvents = true
        loop.eventLoop.assumeIsolatedUnsafeUnchecked().execute {
            self.hasScheduledEvents = false
            self.together {}
        }
    }

    // MARK: The end

    /// Closes our half, then waits for the client to close its half.
    func closeOutput() {
        if hasClosedOutput { return }
        hasClosedOutput = true
        flush()
        closingDeadline = MonotonicClock.now() + ConnectionLife.closingTimeout
        if inputHasEnded { wire?.closeOnceWritten() } else { wire?.closeOutput() }
    }

    /// Ends a connection that has been idle too long; drops one whose client did not close its half in time.
    func endIfOverdue(_ now: MonotonicInstant) {
        if let closingDeadline {
            if now < closingDeadline { return }
            guard leavingOutput.leaves(unwrittenBytes) else { return closeNow() }
            self.closingDeadline = now + ConnectionLife.closingTimeout
        } else if streams.isEmpty, now - lastStream > loop.configuration.idleTimeout {
            serverStopping()
        }
    }

    /// The counters of a connection that is still open.
    func kernelNow() -> KernelCount? {
        wire?.countNow()
    }

    func closeNow(isOrderly: Bool = true) {
        wire?.closeNow(isOrderly: isOrderly)
    }
}
