import Measurement

/// The end of a run: what the clients received becomes part of a record.
extension DeliveryRecorder {
    func report(through last: UInt64, by account: FeedAccount, into record: inout LoadRecord) {
        if foreign == nil { addDeliveries(through: last, to: &record) } else { addForeignDeliveries(to: &record) }
        let last = foreign?.lastPosition ?? last
        record.latency = latency
        for meter in staleness { record.staleness.merge(meter.totalsAtEnd()) }
        record.deliveredAfterWindow = deliveredAfterWindow
        if let arrivals { (record.firstItem, record.itemGaps) = (arrivals.firstItem, arrivals.gaps) }
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
        record.endsByDueTime = plan.epoch != nil
    }

    private func addDeliveries(through last: UInt64, to record: inout LoadRecord) {
        for ledger in ledgers where !startsAtFirstItem || ledger.highest != plan.cursor {
            // Without usable due times the feed continues while clients are counted, so items beyond the last sequence
            // were expected too.
            let end = hasWindowByDueTime ? last : max(last, ledger.highest)
            record.deliveries.merge(ledger.totals(through: end))
        }
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
}
