import LoadGenerator
import Measurement
import ResultFiles
import WireAccounting

/// Says why a row's figures must not be used, if so: its bytes and counts, its times, or both.
struct Validity {
    /// Why nothing of the row may be used.
    private(set) var ofRow: [String]
    /// Why its bytes may not be used, though its times might.
    private(set) var ofBytes: [String]
    /// Why its times may not be used, though its bytes might.
    private(set) var ofTimes: [String]

    init(_ outcome: CaseOutcome) {
        let record = outcome.record
        let evidence = LoadEvidence(outcome)
        ofRow = record.rowObjections + BottleneckRules.shortages(evidence)
        if record.errors > 0 {
            ofRow.append("\(record.errors) errors, the first: \(record.faults.first ?? "unknown")")
        }
        ofBytes = Conservation(of: record.ledger, against: record.kernel).complaints
        if let server = outcome.serverKernel {
            ofBytes += EndsAgreement(client: record.kernel, server: server).complaints
        }
        if record.unreadCounters > 0 {
            ofBytes.append("the kernel's counters of \(record.unreadCounters) connections could not be read")
        }
        ofTimes = BottleneckRules.delays(evidence)
        if !record.latency.isWithinRange {
            ofTimes.append("latencies below 0 or above 1 h were seen: the clocks of server and clients disagree")
        }
        if let windowStart = record.windowStart, let connectedAt = record.connectedAt, connectedAt > windowStart {
            ofTimes.append("clients were still connecting when the measurement began")
        }
    }

    var reasons: [String] { ofRow + ofBytes + ofTimes }
    var areBytesValid: Bool { ofRow.isEmpty && ofBytes.isEmpty }
    var areTimesValid: Bool { ofRow.isEmpty && ofTimes.isEmpty }
}

/// What every run is held to, beside being valid: each item reaches each client once and in order.
struct Check {
    let complaints: [String]

    /// - Parameters:
    ///   - row: A run's figures.
    ///   - wantsEach: False where clients ask for the newest item only; then misses and copies are a result.
    init(_ row: SummaryRow, wantsEach: Bool) {
        var complaints: [String] = []
        if row.valid != true { complaints.append("invalid: \(row.invalidReason ?? "unknown")") }
        if wantsEach, let missed = row.missed, missed > 0 {
            complaints.append("\(missed) of \(row.expected ?? 0) items were missed")
        }
        if wantsEach, let twice = row.duplicate, twice > 0 { complaints.append("\(twice) items came twice") }
        if let reordered = row.reordered, reordered > 0 { complaints.append("\(reordered) items came out of order") }
        self.complaints = complaints.map { "\(row.caseID), repeat \(row.repetition): \($0)" }
    }
}
