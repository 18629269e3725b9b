import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// One connection of the server: passes events to its parts and carries out their decisions.
final class ConnectionHandler: WireUser, LaneConnection {
    /// Index in the loop's list of connections; only the loop changes it.
    var index: Int?
    /// Index in the loop's list of waiting connections; only the loop changes it.
    var waitingIndex: Int?
    /// Only the loop's live groups change it.
    var livePlace: LiveGroups.Place?
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
    /// What carries the connection's bytes; `nil` once it has ended, and for an HTTP/2 stream.
    private(set) var wire: (any Wire)?
    /// Whether answers are collected until all that was read is processed.
    var isCollecting = false
    /// Answers that are not sent yet.
    var collected = ByteBuffer()
    /// Whether an item was published that is not delivered yet.
    var hasPublished = false
    /// Only of an HTTP/2 stream.
    let stream: HTTP2Stream?

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

    // MARK: Events of the wire

    /// Serves the connection from now on.
    func begin(on wire: any Wire) {
        self.wire = wire
        tap?.begin(self)
        loop.connectionOpened(self)
    }

    func received(_ bytes: ByteBuffer) {
        leaveLive()
        tap?.received(bytes)
        reader.received(bytes)
        process()
        reader.keepOwnBytes()
        joinLive()
    }

    func readComplete() {}

    func inputEnded() {
        leaveLive()
        carryOut(life.peerEnded(at: MonotonicClock.now()))
    }

    func outputEnded() {
        carryOut(life.outputClosed(at: MonotonicClock.now()))
    }

    func writabilityChanged() {
        adjustReading()
        if hasWorkLeft { awaitTurn() }
        if isWritable { itemPublished() }
    }

    func broke() {
        // A peer may reset its connection; there is no client left to answer.
        closeNow(isOrderly: false)
    }

    func ended(_ count: KernelCount?) {
        wire = nil
        gone()
        if let tap {
            tap.ended(count)
        } else if isCounted {
            feed.counters.addClosedConnection(count)
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

    /// The connection speaks HTTP/2: another object uses its wire from now on.
    ///
    /// - Returns: The wire.
    func handOverWire() -> (any Wire)? {
        defer { wire = nil }
        loop.connectionClosed(self)
        return wire
    }

    // MARK: Called by the loop

    /// The window has new items. A connection that is not writable falls behind; its cursor keeps the position.
    func itemPublished() {
        catchUp()
        process()
        joinLive()
    }

    func serverStopping() {
        leaveLive()
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

    /// Whether a request waits for an answer from other event loops.
    var awaitsAnswer: Bool { life.state == .awaitingAnswer }

    /// Whether no request is under way and no byte of the next one has arrived.
    var isBetweenRequests: Bool {
        if case .awaitingRequest = life.state { reader.bytes.readableBytes == 0 } else { false }
    }

    // MARK: Kernel byte counters

    // A stream has no socket; its connection reads the counters. On a lane port every byte counts.
    var isCounted: Bool {
        (hasCarriedFeed || reader.firstLineTransport != nil || tap != nil) && !isStream
    }

    /// The counters of a connection that is still open.
    func kernelNow() -> KernelCount? {
        wire?.countNow()
    }
}
