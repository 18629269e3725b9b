import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Transports

extension RowMaker {
    /// What happened to clients and server under strain.
    func addStrain(_ row: inout SummaryRow) {
        let recovery = record.recovery
        row.recoveries = subject.strain.expectsRecovery ? Int(recovery.count) : nil
        row.recoveryP50Microseconds = recovery.percentile(50).map(Double.init)
        row.recoveryP99Microseconds = recovery.percentile(99).map(Double.init)
        row.recoveryMaxMicroseconds = recovery.max.map(Double.init)
        row.itemsLostBeforeNotice = record.hasSequences ? Int(clamping: record.announcedLosses) : nil
        if subject.strain != Scenario.Strain(), let before = outcome.usage.before?.residentBytes,
            let peak = outcome.usage.after?.residentPeakBytes
        {
            row.serverRSSRiseBytes = max(0, Int(peak - before))
        }
        guard let slow = record.slow else { return }
        row.slowClients = slow.clients
        row.slowDelivered = Int(clamping: slow.deliveries.delivered)
        row.slowMissed = Int(clamping: slow.deliveries.missed)
        row.slowGaps = Int(clamping: slow.announcedGaps)
        row.slowItemsLostBeforeNotice = Int(clamping: slow.announcedLosses)
        row.slowReconnects = max(0, Int(slow.connects) - slow.clients)
        guard let (before, after) = outcome.counters else { return }
        row.slowDisconnects = Int(clamping: after.slowDisconnects - min(after.slowDisconnects, before.slowDisconnects))
        row.slowItemsSkipped = Int(clamping: after.skippedItems - min(after.skippedItems, before.skippedItems))
    }
}

extension Scenario.Strain {
    /// Whether clients have to recover from something.
    fileprivate var expectsRecovery: Bool { lifetime != nil || restart != nil }
}
