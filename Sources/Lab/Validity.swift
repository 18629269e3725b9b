import LoadGenerator
import Measurement
import WireAccounting

/// Says why a row's figures must not be used, if so.
struct Validity {
    let reasons: [String]

    init(_ outcome: CaseOutcome) {
        let record = outcome.record
        var reasons = Conservation(of: record.ledger, against: record.kernel).complaints
        if let server = outcome.serverKernel {
            reasons += EndsAgreement(client: record.kernel, server: server).complaints
        }
        if record.unreadCounters > 0 {
            reasons.append("the kernel's counters of \(record.unreadCounters) connections could not be read")
        }
        if record.errors > 0 {
            reasons.append("\(record.errors) errors, the first: \(record.faults.first ?? "unknown")")
        }
        if !record.latency.isWithinRange {
            reasons.append("latencies below 0 or above 1 h were seen: the clocks of server and clients disagree")
        }
        if let windowStart = record.windowStart, let connectedAt = record.connectedAt, connectedAt > windowStart {
            reasons.append("clients were still connecting when the measurement began")
        }
        reasons += record.rowObjections
        self.reasons = reasons + BottleneckRules.complaints(LoadEvidence(outcome))
    }
}
