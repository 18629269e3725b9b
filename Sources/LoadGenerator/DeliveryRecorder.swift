import Measurement
import Transports
import WireAccounting

/// Books what the clients of one driver receive.
///
/// Belongs to the driver's thread. Nothing here allocates for an item in the usual case.
final class DeliveryRecorder {
    private(set) var latency = LatencyHistogram()
    private(set) var receptions: ReceptionLog
    private var ledgers: [DeliveryLedger]
    private var staleness: [StalenessMeter]
    private var timeline: TimelineRecorder
    private let plan: LoadPlan
    private var stamps: ReceiveStamps?
    private(set) var faults: [String] = []
    private(set) var errors: UInt64 = 0
    private(set) var announcedGaps: UInt64 = 0

    private static let maximumFaults = 20

    init(_ plan: LoadPlan) {
        self.plan = plan
        receptions = ReceptionLog(after: plan.cursor)
        ledgers = Array(repeating: DeliveryLedger(after: plan.cursor), count: plan.clients)
        staleness = Array(
            repeating: StalenessMeter(from: plan.windowStart, until: plan.windowEnd), count: plan.clients)
        stamps = plan.stampsFile.map { ReceiveStamps(path: $0, clients: plan.clients) }
        timeline = TimelineRecorder(from: plan.start, zero: plan.windowStart, until: plan.windowEnd)
    }

    /// Whether the recorder wants to know the clients' ports.
    var isStamping: Bool { stamps != nil }

    /// A client's connection has this port of its own host.
    func connected(client: Int, port: Int) {
        stamps?.connected(client: client, port: port)
    }

    /// Books what a client found; `now` is when the item's last byte arrived.
    func take(_ event: ListenerEvent, client: Int, at now: MonotonicInstant) {
        switch event {
        case .item(let item): received(item, client, now)
        case .gap(let sequence):
            announcedGaps += 1
            ledgers[client].gapAnnounced(through: sequence)
        case .skipped(let sequence): ledgers[client].gapAnnounced(through: sequence)
        // Once the feed is over there is nothing left to stay for.
        case .ended: if !plan.waitsForFeedEnd || now < plan.windowEnd { fail("the server ended the stream") }
        case .fault(let sentence): fail(sentence)
        }
    }

    func fail(_ sentence: String) {
        errors += 1
        if faults.count < Self.maximumFaults, !faults.contains(sentence) { faults.append(sentence) }
    }

    func highestReceived() -> UInt64 {
        ledgers.reduce(0) { max($0, $1.highest) }
    }

    func highestReceived(client: Int) -> UInt64 {
        ledgers[client].highest
    }

    /// Whether every client has come as far as this sequence; what it lost on the way will not come any more.
    func hasReached(_ last: UInt64) -> Bool {
        ledgers.allSatisfy { $0.highest >= last }
    }

    func report(through last: UInt64, into record: inout LoadRecord) {
        record.latency = latency
        for index in ledgers.indices {
            // An endless feed goes on while clients are counted; what came beyond the last sequence was expected too.
            record.deliveries.merge(ledgers[index].totals(through: max(last, ledgers[index].highest)))
            record.staleness.merge(staleness[index].totalsAtEnd())
        }
        do {
            try stamps?.write()
        } catch {
            fail("\(error)")
        }
        record.timeline = timeline.finish()
        record.faults = faults
        record.errors = errors
        record.announcedGaps = announcedGaps
        record.lastSequence = last
    }

    private func received(_ item: ReceivedItem, _ client: Int, _ now: MonotonicInstant) {
        stamps?.received(item.sequence, client: client, at: now)
        if plan.faults.receiveDelay > .zero { LoadFaults.burn(for: plan.faults.receiveDelay) }
        let kind = ledgers[client].itemReceived(item.sequence)
        let isFirstCopy = kind == .fresh || kind == .reordered
        guard let epoch = plan.epoch else {
            timeline.received(at: now, latency: nil)
            return
        }
        let due = MonotonicInstant(nanoseconds: epoch.nanoseconds + item.dueMicroseconds * 1_000)
        staleness[client].valueReceived(at: now, due: due)
        if isFirstCopy, due >= plan.windowStart, due < plan.windowEnd {
            latency.record(now - due)
            receptions.received(item.sequence, latency: now - due)
        }
        timeline.received(at: now, latency: now - due)
    }
}
