import Feed
import Host
import Measurement
import Transports
import WireAccounting

/// Records what the clients of one driver receive.
///
/// Use it on the driver's thread only. Recording an item usually allocates nothing.
final class DeliveryRecorder {
    var latency = LatencyHistogram()
    /// For live views: the item with the highest sequence, and copies received.
    private(set) var newest: NewestItem?
    var received: UInt64 = 0
    /// For live views: the last failure, until an item arrives after it.
    var trouble: String?
    private(set) var receptions: ReceptionLog
    /// The messages of the clients by the widths of what varies in them.
    var messages = MessageTally()
    /// First items and gaps; `nil` for echoes, whose arrivals follow from what clients send.
    var arrivals: ArrivalMeter?
    /// Items of another format; `nil` if the plan has PushLab's items.
    var foreign: ForeignDeliveries?
    var staleness: [StalenessMeter]
    var timeline: TimelineRecorder
    let plan: LoadPlan
    let clockOffset: () -> WallClockOffset
    var stamps: ReceiveStamps?
    var faults: [String] = []
    var errors: UInt64 = 0
    private(set) var announcedGaps: UInt64 = 0
    private(set) var announcedLosses: UInt64 = 0
    var absences: Absences
    var deliveredAfterWindow: UInt64 = 0
    var ledgers: [DeliveryLedger]
    var endings: EndingJudge
    /// Whether a client expects the items from its first one on, because it has no cursor and the server does not
    /// report what it published before.
    let startsAtFirstItem: Bool
    // By client: whether it received an item due after the window, so that its missing items are lost.
    private var isBeyondWindow: [Bool]

    private static let maximumFaults = 20

    /// - Parameters:
    ///   - plan: The plan of the clients.
    ///   - clockOffset: Reads the host's clocks, now and at the end of the run.
    init(_ plan: LoadPlan, clockOffset: @escaping () -> WallClockOffset = { .now() }) {
        self.plan = plan
        self.clockOffset = clockOffset
        let times = plan.times
        endings = EndingJudge(windowEnd: times.windowEnd, expectsBreaks: plan.expectsBreaks, outage: plan.outage)
        absences = Absences(plan)
        startsAtFirstItem = plan.dialect.cursor != .own && plan.server == nil
        if plan.send == nil {
            arrivals = ArrivalMeter(clients: plan.clients, from: times.windowStart, until: times.windowEnd)
        }
        if case .foreign(let form) = plan.dialect.form {
            foreign = ForeignDeliveries(form, plan, offset: clockOffset())
        }
        isBeyondWindow = Array(repeating: false, count: plan.clients)
        receptions = ReceptionLog(after: plan.cursor, keepsArrivals: plan.isOnOtherClock)
        ledgers = Array(repeating: DeliveryLedger(after: plan.cursor), count: plan.clients)
        staleness = Array(
            repeating: StalenessMeter(from: times.windowStart, until: times.windowEnd), count: plan.clients)
        stamps = plan.stampsFile.map { ReceiveStamps(path: $0, clients: plan.clients) }
        timeline = TimelineRecorder(
            from: times.start, zero: times.windowStart, until: times.windowEnd,
            keepsHistograms: plan.share != nil || plan.isOnOtherClock)
    }

    /// Whether the clients' ports are recorded.
    var isStamping: Bool { stamps != nil }

    /// A client's connection has this local port.
    func connected(client: Int, port: Int) {
        stamps?.connected(client: client, port: port)
    }

    /// A client has connected, or sends its first request.
    func began(client: Int, at now: MonotonicInstant) {
        arrivals?.connected(client, at: now)
    }

    /// Records an event of a client; `now` is when the item's last byte arrived.
    func take(_ event: ListenerEvent, client: Int, at now: MonotonicInstant) {
        switch event {
        case .item(let item): received(item, client, now)
        case .foreign(let item): received(item, client, now)
        case .gap(let sequence):
            announcedGaps += 1
            announcedLosses += sequence - min(sequence, ledgers[client].highest)
            ledgers[client].gapAnnounced(through: sequence)
        case .skipped(let sequence): ledgers[client].gapAnnounced(through: sequence)
        case .ended(let sentence): ended(.orderly, sentence, client: client, at: now)
        case .fault(let sentence): fail(sentence)
        case .lostServer(let sentence):
            guard plan.outage?.excusesLostServer(now) == true else { return fail(sentence) }
            ended(.broken, sentence, client: client, at: now)
        }
    }

    /// A client's response or connection ended. Whether that is an error is decided at the end of the run.
    func ended(_ kind: EndingJudge.Kind, _ sentence: String, client: Int, at now: MonotonicInstant) {
        trouble = sentence
        if absences.areExpected { absences.ended(client, at: now) }
        endings.ended(kind, sentence, having: position(of: client), at: now)
    }

    /// A client's connection ended before the answer to its request, which is sent again.
    func lostConnection(client: Int, at now: MonotonicInstant) {
        if absences.areExpected { absences.ended(client, at: now) }
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

    func note(_ sentence: String) {
        if faults.count < Self.maximumFaults, !faults.contains(sentence) { faults.append(sentence) }
    }

    // MARK: Positions

    /// Items that clients should have received by now and did not, because a newer one arrived.
    var missed: UInt64 {
        ledgers.reduce(0) { $0 + $1.totals(through: $1.highest).missed }
    }

    /// The newest item that any client has; for items of another format, on a scale that begins with the run.
    func highestReceived() -> UInt64 {
        foreign?.lastPosition ?? ledgers.reduce(0) { max($0, $1.highest) }
    }

    /// The sequence of the client's newest item; without one, the plan's cursor.
    func highestReceived(client: Int) -> UInt64 {
        foreign?.highestSequence(of: client) ?? ledgers[client].highest
    }

    /// Whether the client has received an item, or a notice that items are lost.
    func hasReceived(client: Int) -> Bool {
        foreign == nil ? ledgers[client].highest != plan.cursor : arrivals?.hasReceived(client) == true
    }

    /// Whether no client waits for an item up to this sequence; lost items are not waited for.
    func hasReached(_ last: UInt64) -> Bool {
        ledgers.indices.allSatisfy { position(of: $0) >= last }
    }

    /// Sequence up to which the client waits for no item any more.
    func position(of client: Int) -> UInt64 {
        if let foreign { return foreign.position(of: client) }
        return isBeyondWindow[client] ? .max : ledgers[client].highest
    }

    /// Adds what each item of a client changes.
    func addPlaces(ofClient client: Int, to memory: inout PrefetchedMemory) {
        memory.add(client, of: staleness)
        memory.add(client, of: ledgers)
    }

    // MARK: Items

    private func received(_ item: ReceivedItem, _ client: Int, _ now: MonotonicInstant) {
        stamps?.received(item.sequence, client: client, at: now)
        messages.count(
            .item, cursorDigits: Digits.decimal(item.sequence),
            lengthDigits: ItemText.headerBytes(
                sequence: item.sequence, dueMicroseconds: max(0, item.dueMicroseconds)) - 2)
        arrived(client, now)
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
        if ledgers[client].highest == plan.cursor, item.sequence > plan.cursor, isBeginning(item) {
            ledgers[client] = DeliveryLedger(after: item.sequence - 1)
        }
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
        let nanoseconds = now.nanoseconds(since: due)
        if isFirstCopy, due >= plan.times.windowStart, due < plan.times.windowEnd {
            latency.record(nanoseconds: nanoseconds)
            receptions.received(item.sequence, latencyNanoseconds: nanoseconds, at: now)
        }
        timeline.received(at: now, latencyNanoseconds: nanoseconds)
    }

    /// What holds for a copy of an item of any format.
    func arrived(_ client: Int, _ now: MonotonicInstant) {
        arrivals?.itemArrived(client, at: now)
        if absences.areExpected { absences.received(client, at: now) }
        if plan.faults.receiveDelay > .zero { LoadFaults.burn(for: plan.faults.receiveDelay) }
    }

    private func note(_ item: ReceivedItem, at now: MonotonicInstant) {
        received += 1
        if trouble != nil { trouble = nil }
        if let newest, newest.sequence >= item.sequence { return }
        newest = NewestItem(
            sequence: item.sequence, due: plan.epoch.map { due(item, $0) }, arrived: now)
    }

    // Whether a client that receives this item first expects no earlier one. A server without cursors says when it
    // accepts a client, not from which item on, so the warm-up ends this doubt.
    private func isBeginning(_ item: ReceivedItem) -> Bool {
        if startsAtFirstItem { return true }
        guard plan.dialect.cursor != .own, let epoch = plan.epoch else { return false }
        return due(item, epoch) < plan.times.windowStart
    }

    // This cannot overflow, because ItemLimits and ServerStatus bound both numbers.
    private func due(_ item: ReceivedItem, _ epoch: MonotonicInstant) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: epoch.nanoseconds + item.dueMicroseconds * 1_000)
    }
}
