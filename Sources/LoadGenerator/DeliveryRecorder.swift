import Feed
import Measurement
import Transports
import WireAccounting

/// Records what the clients of one driver receive.
///
/// Use it on the driver's thread only. Recording an item usually allocates nothing.
final class DeliveryRecorder {
    private(set) var latency = LatencyHistogram()
    /// For live views: the item with the highest sequence, and copies received.
    private(set) var newest: NewestItem?
    private(set) var received: UInt64 = 0
    /// For live views: the last failure, until an item arrives after it.
    private(set) var trouble: String?
    private(set) var receptions: ReceptionLog
    /// The messages of the clients by the widths of what varies in them.
    var messages = MessageTally()
    private var ledgers: [DeliveryLedger]
    private var staleness: [StalenessMeter]
    private var timeline: TimelineRecorder
    private let plan: LoadPlan
    private var stamps: ReceiveStamps?
    private(set) var faults: [String] = []
    private(set) var errors: UInt64 = 0
    private(set) var announcedGaps: UInt64 = 0
    private(set) var announcedLosses: UInt64 = 0
    private var absences: Absences
    private var endings: EndingJudge
    private var deliveredAfterWindow: UInt64 = 0
    // By client: whether it received an item due after the window, so that its missing items are lost.
    private var isBeyondWindow: [Bool]

    private static let maximumFaults = 20

    init(_ plan: LoadPlan) {
        self.plan = plan
        endings = EndingJudge(
            windowEnd: plan.times.windowEnd, expectsBreaks: plan.expectsBreaks, outage: plan.outage)
        absences = Absences(plan)
        isBeyondWindow = Array(repeating: false, count: plan.clients)
        receptions = ReceptionLog(after: plan.cursor)
        ledgers = Array(repeating: DeliveryLedger(after: plan.cursor), count: plan.clients)
        staleness = Array(
            repeating: StalenessMeter(from: plan.times.windowStart, until: plan.times.windowEnd), count: plan.clients)
        stamps = plan.stampsFile.map { ReceiveStamps(path: $0, clients: plan.clients) }
        timeline = TimelineRecorder(from: plan.times.start, zero: plan.times.windowStart, until: plan.times.windowEnd)
    }

    /// Whether the clients' ports are recorded.
    var isStamping: Bool { stamps != nil }

    /// A client's connection has this local port.
    func connected(client: Int, port: Int) {
        stamps?.connected(client: client, port: port)
    }

    /// Records an event of a client; `now` is when the item's last byte arrived.
    func take(_ event: ListenerEvent, client: Int, at now: MonotonicInstant) {
        switch event {
        case .item(let item): received(item, client, now)
        case .foreign: received += 1
        case .gap(let sequence):
            announcedGaps += 1
            announcedLosses += sequence - min(sequence, ledgers[client].highest)
            ledgers[client].gapAnnounced(through: sequence)
        case .skipped(let sequence): ledgers[client].gapAnnounced(through: sequence)
        case .ended(let sentence): ended(.orderly, sentence, client: client, at: now)
        case .fault(let sentence): fail(sentence)
        }
    }

    /// A client's response or connection ended. Whether that is an error is decided at the end of the run.
    func ended(_ kind: EndingJudge.Kind, _ sentence: String, client: Int, at now: MonotonicInstant) {
        trouble = sentence
        endings.ended(kind, sentence, having: position(of: client), at: now)
    }

    /// A client left by itself.
    func left(client: Int, at now: MonotonicInstant) {
        absences.left(client, at: now)
    }

    /// A client that had left connects again.
    func cameBack(client: Int, at now: MonotonicInstant) {
        absences.cameBack(client, at: now)
    }

    /// A connection could not be opened, or broke as a whole. That is no error while the server restarts, or if the
    /// network breaks connections: a client that never gets the last item is one.
    func couldNotConnect(_ sentence: String, at now: MonotonicInstant) {
        trouble = sentence
        if !plan.expectsBreaks, plan.outage?.excuses(now) != true { fail(sentence) }
    }

    /// Records an error, whatever the client has received.
    func fail(_ sentence: String) {
        errors += 1
        trouble = sentence
        note(sentence)
    }

    private func note(_ sentence: String) {
        if faults.count < Self.maximumFaults, !faults.contains(sentence) { faults.append(sentence) }
    }

    /// Items that clients should have received by now and did not, because a newer one arrived.
    var missed: UInt64 {
        ledgers.reduce(0) { $0 + $1.totals(through: $1.highest).missed }
    }

    func highestReceived() -> UInt64 {
        ledgers.reduce(0) { max($0, $1.highest) }
    }

    func highestReceived(client: Int) -> UInt64 {
        ledgers[client].highest
    }

    /// Whether no client waits for an item up to this sequence; lost items are not waited for.
    func hasReached(_ last: UInt64) -> Bool {
        ledgers.indices.allSatisfy { position(of: $0) >= last }
    }

    // Sequence up to which the client waits for no item any more.
    private func position(of client: Int) -> UInt64 {
        isBeyondWindow[client] ? .max : ledgers[client].highest
    }

    func report(through last: UInt64, by account: FeedAccount, into record: inout LoadRecord) {
        record.latency = latency
        for index in ledgers.indices {
            // Without usable due times the feed continues while clients are counted, so items beyond the last sequence
            // were expected too.
            let end = hasWindowByDueTime ? last : max(last, ledgers[index].highest)
            record.deliveries.merge(ledgers[index].totals(through: end))
            record.staleness.merge(staleness[index].totalsAtEnd())
        }
        record.deliveredAfterWindow = deliveredAfterWindow
        errors += endings.errors(by: account, through: last) { note($0) }
        if case .lost = account {} else { noteSilence(through: last) }
        do {
            try stamps?.write()
        } catch {
            fail("\(error)")
        }
        record.messages = messages
        record.timeline = timeline.finish()
        record.faults = faults
        record.errors = errors
        record.announcedGaps = announcedGaps
        record.announcedLosses = announcedLosses
        record.recovery = absences.recovery
        record.lastSequence = last
    }

    // Independent of other errors of a client: without the last item, the server was silent to it in the end.
    private func noteSilence(through last: UInt64) {
        let count = ledgers.indices.count { position(of: $0) < last }
        if count == 0 { return }
        errors += UInt64(count)
        let patience = plan.times.patience.nanoseconds / 1_000_000
        note("\(count) clients had not received the window's last item \(patience) ms after the window")
    }

    // Whether the due time decides if an item belongs to the window. Clients that send expect their own messages.
    private var hasWindowByDueTime: Bool { plan.epoch != nil && plan.send == nil }

    private func received(_ item: ReceivedItem, _ client: Int, _ now: MonotonicInstant) {
        stamps?.received(item.sequence, client: client, at: now)
        messages.count(
            .item, cursorDigits: Digits.decimal(item.sequence),
            lengthDigits: ItemText.headerBytes(
                sequence: item.sequence, dueMicroseconds: max(0, item.dueMicroseconds)) - 2)
        if absences.areExpected { absences.received(client, at: now) }
        if plan.faults.receiveDelay > .zero { LoadFaults.burn(for: plan.faults.receiveDelay) }
        if let epoch = plan.epoch, plan.send == nil, due(item, epoch) >= plan.times.windowEnd {
            deliveredAfterWindow += 1
            isBeyondWindow[client] = true
            return
        }
        // A slow client reads everything at the end, so that its connection can end in order.
        if plan.readBytesPerSecond != nil, now >= plan.times.windowEnd {
            deliveredAfterWindow += 1
            return
        }
        note(item, at: now)
        let kind = ledgers[client].itemReceived(item.sequence)
        let isFirstCopy = kind == .fresh || kind == .reordered
        guard let epoch = plan.epoch else {
            timeline.received(at: now, latency: nil)
            return
        }
        let due = due(item, epoch)
        if absences.areExpected, absences.madeLate(client, due: due) {
            timeline.received(at: now, latency: nil)
            return
        }
        staleness[client].valueReceived(at: now, due: due)
        if isFirstCopy, due >= plan.times.windowStart, due < plan.times.windowEnd {
            latency.record(now - due)
            receptions.received(item.sequence, latency: now - due)
        }
        timeline.received(at: now, latency: now - due)
    }

    private func note(_ item: ReceivedItem, at now: MonotonicInstant) {
        received += 1
        if trouble != nil { trouble = nil }
        if let newest, newest.sequence >= item.sequence { return }
        newest = NewestItem(
            sequence: item.sequence, due: plan.epoch.map { due(item, $0) }, arrived: now)
    }

    // This cannot overflow, because ItemLimits and ServerStatus bound both numbers.
    private func due(_ item: ReceivedItem, _ epoch: MonotonicInstant) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: epoch.nanoseconds + item.dueMicroseconds * 1_000)
    }
}
