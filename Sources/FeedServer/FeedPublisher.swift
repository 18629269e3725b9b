import Feed
import Host
import Measurement
import NIOCore
import Transports

/// Publishes each item when it is due and records the time of publication.
///
/// Runs on the first event loop. `@unchecked Sendable` holds because methods called from outside check that they run
/// there.
final class FeedPublisher: @unchecked Sendable {
    let eventLoop: any EventLoop
    private let loops: [FeedLoop]
    private let position: FeedPosition
    private var source: (any ItemSource)?
    private let limitMicroseconds: Int64
    private let publishDelay: Duration
    private let sink: SinkQueue?
    // Items that the sink has taken and not begun to write.
    private var unwritten = 0
    /// Whether the program that writes the feed can be reached; `nil` for a feed without one.
    var isSourceConnected: Bool?
    private var published = PublishedItems()
    private var pushedSequence: UInt64 = 0
    // Items from outside that have a sequence and are not delivered yet.
    private var undelivered: [FeedItem] = []
    // Called when they are on the way to all event loops.
    private var afterDelivery: [() -> Void] = []
    private var hasScheduledDelivery = false
    private var isStopped = false
    private var isPaused = false
    private var scheduled: Scheduled<Void>?
    let epoch: MonotonicInstant

    // A larger batch would delay the loop's connections.
    private static let maximumBatch = 256
    // How long before its due time an item is prepared.
    private static let preparation = Duration.milliseconds(5)

    init(
        _ source: (any ItemSource)?, loops: [FeedLoop], position: FeedPosition, epoch: MonotonicInstant,
        duration: Duration?, publishDelay: Duration, sink: SinkQueue? = nil
    ) {
        self.source = source
        self.loops = loops
        self.position = position
        self.eventLoop = loops[0].eventLoop
        self.epoch = epoch
        self.publishDelay = publishDelay
        self.sink = sink
        limitMicroseconds = duration.map { $0.nanoseconds / 1_000 } ?? .max
    }

    /// Sequence of the newest item published.
    var newest: UInt64 { published.newest?.sequence ?? 0 }

    /// Whether the source has no further item within the feed's duration.
    var hasEnded: Bool {
        eventLoop.preconditionInEventLoop()
        return source != nil && nextDue == nil && unwritten == 0
    }

    /// When the next item is due; `nil` if that is unknown, or no item is left.
    var nextDueInstant: MonotonicInstant? {
        eventLoop.preconditionInEventLoop()
        // Whatever the sink has not begun to write is due at or after the last item that it has.
        if unwritten > 0 { return published.newest.map { MonotonicInstant(nanoseconds: $0.dueNanoseconds) } ?? epoch }
        return isPaused ? nil : nextDue.map { instant(of: $0) }
    }

    func start() {
        eventLoop.preconditionInEventLoop()
        scheduleNext()
    }

    func stop() {
        eventLoop.preconditionInEventLoop()
        isStopped = true
    }

    /// Publishes a line from outside, due now. The caller delivers it by ``deliverPushed()`` in the same turn of the
    /// event loop: lines that arrive together are delivered together.
    ///
    /// - Returns: Its sequence; `nil` if the server is stopping.
    @discardableResult
    func push(_ line: ItemLine) -> UInt64? {
        eventLoop.preconditionInEventLoop()
        if isStopped { return nil }
        let now = MonotonicClock.now()
        pushedSequence += 1
        let item = FeedItem(sequence: pushedSequence, dueMicroseconds: sinceEpoch(now), data: line.bytes)
        published.add(item, due: instant(of: item.dueMicroseconds), at: now)
        position.itemPublished(item.sequence)
        undelivered.append(item)
        return pushedSequence
    }

    /// Publishes a line from outside as ``push(_:)`` does, and delivers it after the tasks that the event loop has now.
    ///
    /// - Parameters:
    ///   - line: The line.
    ///   - then: Called after the delivery, with what ``push(_:)`` returned: a task that it gives to an event loop runs
    ///     there after the delivery.
    func pushInTask(_ line: ItemLine, then: ((UInt64?) -> Void)? = nil) {
        let sequence = push(line)
        if let then { afterDelivery.append { then(sequence) } }
        if hasScheduledDelivery { return }
        hasScheduledDelivery = true
        eventLoop.execute {
            self.hasScheduledDelivery = false
            self.deliverPushed()
        }
    }

    /// Delivers what ``push(_:)`` has published.
    func deliverPushed() {
        let (batch, waiting) = (undelivered, afterDelivery)
        undelivered.removeAll()
        afterDelivery.removeAll()
        if !batch.isEmpty { deliver(batch, since: MonotonicClock.now()) }
        for then in waiting { then() }
    }

    /// Publishes items that another program has numbered, with their due times. Sequences grow, with gaps where items
    /// are lost.
    func relay(_ items: [FeedItem]) {
        eventLoop.preconditionInEventLoop()
        if isStopped || items.isEmpty { return }
        let now = MonotonicClock.now()
        publish(items, at: now, since: now)
    }

    // MARK: Changes while the feed runs

    /// Whether ``change(payloadBytes:period:isPaused:)`` and ``publishNow()`` have an effect: only for a synthetic feed
    /// that has not ended.
    var isAdjustable: Bool {
        eventLoop.preconditionInEventLoop()
        return source is SyntheticSource && !hasEnded && !isStopped
    }

    /// Changes the feed from now on; `nil` leaves a part as it is. A new rate and the end of a pause begin a new
    /// schedule: the next item is due one gap from now, and items of the pause are skipped.
    func change(payloadBytes: Int? = nil, period: Duration? = nil, isPaused pauses: Bool? = nil) {
        guard isAdjustable, var live = source as? SyntheticSource else { return }
        let endsPause = isPaused && pauses == false
        if let payloadBytes { live.generator.resize(payloadBytes: payloadBytes) }
        if period != nil || endsPause { live.generator.restart(period: period, at: sinceEpoch(MonotonicClock.now())) }
        source = live
        isPaused = pauses ?? isPaused
        scheduleNext()
    }

    /// Publishes an additional item, due now.
    ///
    /// - Returns: Its sequence; `nil` if the feed is not adjustable.
    func publishNow() -> UInt64? {
        // Items that are due come first.
        publishDue()
        guard isAdjustable, var live = source as? SyntheticSource else { return nil }
        let item = live.generator.additional(at: sinceEpoch(MonotonicClock.now()))
        source = live
        let now = MonotonicClock.now()
        publish([item], at: now, since: now)
        return item.sequence
    }

    // In microseconds.
    private func sinceEpoch(_ now: MonotonicInstant) -> Int64 { max(0, now.nanoseconds(since: epoch) / 1_000) }

    // MARK: Schedule

    /// The recorded times of the items from one sequence to another, inclusive, up to the first gap.
    func schedule(from first: UInt64, to last: UInt64) -> PublicationSchedule {
        eventLoop.preconditionInEventLoop()
        return published.schedule(from: first, to: last, epoch: epoch)
    }

    private var nextDue: Int64? {
        guard let due = source?.nextDue(), due < limitMicroseconds else { return nil }
        return due
    }

    private func instant(of dueMicroseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: epoch.nanoseconds + dueMicroseconds * 1_000)
    }

    private func scheduleNext() {
        scheduled?.cancel()
        guard !isStopped, !isPaused, source != nil else { return }
        guard let due = nextDue else {
            return endFeed()
        }
        let wait = instant(of: due) + publishDelay - MonotonicClock.now()
        if wait > Self.preparation, source?.isPrepared == false {
            scheduled = eventLoop.scheduleTask(in: TimeAmount(wait - Self.preparation)) {
                self.source?.prepare()
                self.scheduleNext()
            }
            return
        }
        let pause = loops[0].hasDeferredDelivery ? PublicationRun.pause : .zero
        scheduled = eventLoop.scheduleTask(in: TimeAmount(max(wait, pause))) { self.publishDue() }
    }

    // A feed lasts for its whole duration, even if its last item is due earlier.
    private func endFeed() {
        sink?.endFeed()
        let end = limitMicroseconds == .max ? MonotonicClock.now() : instant(of: limitMicroseconds)
        for loop in loops { loop.eventLoop.execute { loop.feedEnded(at: end) } }
    }

    private func publishDue() {
        if isStopped || isPaused { return }
        let now = MonotonicClock.now()
        var batch: [FeedItem] = []
        while batch.count < Self.maximumBatch, let due = nextDue, instant(of: due) + publishDelay <= now {
            guard let item = source?.take() else { break }
            batch.append(item)
        }
        if !batch.isEmpty { release(batch, since: now) }
        scheduleNext()
    }

    // With a sink, items are published when it begins to write them.
    private func release(_ batch: [FeedItem], since start: MonotonicInstant) {
        guard let sink else { return publish(batch, at: MonotonicClock.now(), since: start) }
        unwritten += batch.count
        sink.take(batch) { items, instant in self.eventLoop.execute { self.writing(items, at: instant) } }
    }

    private func writing(_ items: [FeedItem], at instant: MonotonicInstant) {
        unwritten -= items.count
        publish(items, at: instant, since: MonotonicClock.now())
    }

    private func publish(_ batch: [FeedItem], at now: MonotonicInstant, since start: MonotonicInstant) {
        for item in batch { published.add(item, due: instant(of: item.dueMicroseconds), at: now) }
        position.itemPublished(batch[batch.count - 1].sequence)
        deliver(batch, since: start)
    }

    // One hop per loop and batch. This thread's loop comes last, because it delivers immediately.
    private func deliver(_ batch: [FeedItem], since start: MonotonicInstant) {
        for loop in loops.dropFirst() {
            loop.eventLoop.execute { loop.publish(batch, since: MonotonicClock.now()) }
        }
        loops[0].publish(batch, since: start)
    }
}
