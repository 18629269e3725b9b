import LinkRelay
import LoadGenerator
import Measurement
import ResultFiles
import WireAccounting

/// Decides whether a row's bytes and counts, and its times, may be used, with the reasons if not.
struct Validity {
    /// Why nothing in the row may be used.
    private(set) var ofRow: [String]
    /// Why its bytes may not be used; its times still may.
    private(set) var ofBytes: [String]
    /// Why its times may not be used; its bytes still may.
    private(set) var ofTimes: [String]

    init(_ outcome: CaseOutcome) {
        let record = outcome.record
        let evidence = LoadEvidence(outcome)
        // What clients complain about is what the third-party server did.
        let owner = outcome.peer.map { "\($0.name): " } ?? ""
        ofRow = record.rowObjections.map { owner + $0 } + BottleneckRules.shortages(evidence)
        if record.errors > 0 {
            ofRow.append("\(owner)\(record.errors) errors, the first: \(record.faults.first ?? "unknown")")
        }
        // An error has its own reason.
        if record.errors == 0, !record.hasContact, record.unanswered > 0 {
            let missing = record.hasExchanges ? "no client received a response" : "no client completed the handshake"
            ofRow.insert(owner + missing, at: 0)
        }
        ofRow += (outcome.link?.faults ?? []).map { "the simulated network: \($0)" }
        ofBytes = Conservation(of: record.ledger, against: record.kernel).complaints
        if let slow = record.slow {
            ofBytes += Conservation(of: slow.ledger, against: slow.kernel).complaints.map { "slow clients: \($0)" }
        }
        if let server = outcome.serverKernel {
            let swallowed = outcome.link?.swallowed ?? SwallowedBytes()
            ofBytes += EndsAgreement(client: record.kernel, server: server, swallowed: swallowed).complaints
        }
        if let unread = record.slow?.unreadCounters, unread > 0 {
            ofBytes.append("the kernel's counters of \(unread) connections of slow clients could not be read")
        }
        if record.unreadCounters > 0 {
            ofBytes.append("the kernel's counters of \(record.unreadCounters) connections could not be read")
        }
        ofTimes = BottleneckRules.delays(evidence) + record.clockObjections
        let clocks = ClockRule(outcome)
        ofTimes += clocks.complaint.map { [$0] } ?? []
        // Times of senders have their own sentences.
        let isPossible = record.latency.overflowCount == 0 && clocks.allows(negative: record.latency)
        if !isPossible, !record.countsFromSent {
            ofTimes.append("some latencies are below 0 or above 1 h: the clocks of server and clients disagree")
        }
        // From the first reading on, handshakes would count as bytes and CPU time of the measurement.
        if let windowStart = record.windowStart, let connectedAt = record.connectedAt,
            connectedAt > windowStart - LoadTimes.readingLead
        {
            ofTimes.append("clients were still connecting when the measurement began")
        }
    }

    var reasons: [String] { ofRow + ofBytes + ofTimes }
    var areBytesValid: Bool { ofRow.isEmpty && ofBytes.isEmpty }
    var areTimesValid: Bool { ofRow.isEmpty && ofTimes.isEmpty }
}

/// Checks that a run is valid and that each item reached each client once and in order.
struct Check {
    let complaints: [String]

    /// - Parameters:
    ///   - row: The results of a run.
    ///   - wantsEach: False if clients ask only for the newest item; missed and repeated items are then a result.
    init(_ row: SummaryRow, wantsEach: Bool) {
        var complaints: [String] = []
        if row.valid != true { complaints.append("invalid: \(row.invalidReason ?? "unknown")") }
        if wantsEach, let missed = row.missed, missed > 0 {
            complaints.append("\(missed) of \(row.expected ?? 0) items were missed")
        }
        if wantsEach, let twice = row.duplicate, twice > 0 { complaints.append("\(twice) items were duplicates") }
        if let reordered = row.reordered, reordered > 0 { complaints.append("\(reordered) items were out of order") }
        self.complaints = complaints.map { "\(row.caseID), repeat \(row.repetition): \($0)" }
    }
}
