import Measurement
import Transports
import WireAccounting

/// Items of another format than PushLab's, which have no due time: the window is one of arrivals.
extension DeliveryRecorder {
    func received(_ item: ForeignItem, _ client: Int, _ now: MonotonicInstant) {
        stamps?.received(item.sequence ?? 0, client: client, at: now)
        messages.count(.item)
        arrived(client, now)
        guard let reception = foreign?.itemReceived(item, client: client, at: now) else { return }
        switch reception {
        case .fault(let sentence): fail(sentence)
        case .late: break
        case .delivered(let isFirstCopy):
            received += 1
            trouble = nil
            timeline.received(at: now, latency: delay(of: item, isFirstCopy: isFirstCopy, client, now))
        }
    }

    /// From sent to arrival; `nil` if the item has no time.
    private func delay(
        of item: ForeignItem, isFirstCopy: Bool, _ client: Int, _ now: MonotonicInstant
    ) -> Duration? {
        guard let sent = foreign?.times.sent(item.sentNanoseconds, arrived: now) else { return nil }
        if absences.areExpected, absences.madeLate(client, due: sent) { return nil }
        staleness[client].valueReceived(at: now, due: sent)
        if isFirstCopy, now >= plan.times.windowStart, now < plan.times.windowEnd {
            latency.record(now - sent)
            foreign?.times.recorded(now - sent)
        }
        return now - sent
    }

    func addForeignDeliveries(to record: inout LoadRecord) {
        for arrival in foreign?.finish() ?? [] { timeline.received(at: arrival, latency: nil) }
        guard let foreign else { return }
        record.deliveries = foreign.totals()
        record.hasSequences = foreign.hasSequences
        record.countsFromSent = foreign.times.areKnown
        record.clockObjections = foreign.times.objections(latency, offsetAtEnd: clockOffset())
        deliveredAfterWindow = foreign.deliveredAfterWindow
    }
}
