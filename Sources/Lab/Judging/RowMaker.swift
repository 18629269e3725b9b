import Feed
import Host
import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Transports
import WireAccounting

/// Makes result rows from an outcome. Pure: the same outcome gives the same rows.
struct RowMaker {
    /// What identifies a row, apart from its ``MeasuredCase``.
    struct Identity {
        var runID: String
        var scenario: String
        var scenarioSHA256: String
        /// When this run of the case began.
        var startedAt: UTCInstant
    }

    let identity: Identity
    let outcome: CaseOutcome
    /// How often this run of the case was measured, this outcome included.
    var attempts = 1

    var subject: MeasuredCase { outcome.subject }
    var record: LoadRecord { outcome.record }
    // All copies whose bytes are counted.
    private var received: UInt64 { record.deliveries.delivered + record.deliveredAfterWindow }
    var estimate: TCPIPEstimate { TCPIPEstimate(for: record.kernel) }

    // The server reads its counters later than the clients, so they include more segments of the close.
    var segments: KernelCount {
        // Behind a simulated network the server has other connections with other segments.
        guard var count = outcome.serverKernel, outcome.link == nil, count.connections == record.kernel.connections
        else {
            return record.kernel
        }
        // Each end counts only its own retransmissions.
        count.bytesRetransmitted += record.kernel.bytesRetransmitted
        return count
    }

    var summary: SummaryRow {
        var row = Self.blank(identity, subject)
        row.durationSeconds = subject.timing.duration.seconds
        addDeliveries(&row)
        addDelays(&row)
        addArrivals(&row)
        addRequests(&row)
        addBytes(&row)
        addCost(&row)
        addResources(&row)
        addPerClient(&row)
        addLink(&row)
        addStrain(&row)
        row.attempts = attempts
        // The status of a third-party server is that of the process that feeds it.
        let isOwn = subject.server == Scenario.ownServer
        row.serverVersion = isOwn ? outcome.idle?.version : outcome.peer?.version
        let validity = Validity(outcome)
        row.bytesValid = validity.areBytesValid
        row.timesValid = validity.areTimesValid
        row.valid = validity.areBytesValid && validity.areTimesValid
        row.invalidReason = row.valid == true ? nil : validity.reasons.joined(separator: "; ")
        return row
    }

    /// The row of a case without results.
    static func failed(_ identity: Identity, _ subject: MeasuredCase, reason: String) -> SummaryRow {
        var row = blank(identity, subject)
        (row.valid, row.bytesValid, row.timesValid) = (false, false, false)
        row.invalidReason = reason
        return row
    }

    private static func blank(_ identity: Identity, _ subject: MeasuredCase) -> SummaryRow {
        var row = SummaryRow()
        row.runID = identity.runID
        row.scenario = identity.scenario
        row.scenarioSHA256 = identity.scenarioSHA256
        row.seed = subject.seed
        row.caseID = subject.id
        row.repetition = subject.repetition
        row.server = subject.server.isEmpty ? nil : subject.server
        row.transport = subject.transport.name
        row.variant = subject.transport.variant
        row.clients = subject.timing.clients
        row.workload = subject.echo == nil ? .push : .echo
        row.feed = subject.feed
        row.ratePerSecond = subject.ratePerSecond
        row.payloadBytes = subject.payloadBytes
        row.content = subject.content?.rawValue
        row.pollIntervalMilliseconds = subject.transport.pollInterval.map { $0.seconds * 1_000 }
        row.tls = subject.timing.encrypts
        row.httpVersion = subject.transport.httpVersion
        row.startedAt = identity.startedAt
        if let network = subject.network { add(network, to: &row) }
        if !subject.axes.isEmpty { row.axes = subject.axes.map { "\($0.name)=\($0.value)" }.joined(separator: "; ") }
        return row
    }

    private func addDeliveries(_ row: inout SummaryRow) {
        let totals = record.deliveries
        row.published = outcome.published.map { Int(clamping: $0) }
        row.delivered = Int(clamping: totals.delivered)
        row.deliveredAfterWindow = Int(clamping: record.deliveredAfterWindow)
        // Without sequences, nothing is known of items that are missing, repeated or out of order.
        guard record.hasSequences else { return }
        row.unique = Int(clamping: totals.unique)
        row.duplicate = Int(clamping: totals.duplicates)
        row.reordered = Int(clamping: totals.reordered)
        if !record.hasLostServer {
            row.expected = Int(clamping: totals.expected)
            row.missed = Int(clamping: totals.missed)
            row.coherenceRatio = totals.coherence
        }
        row.redundancyRatio = totals.redundancy
        row.gaps = Int(record.announcedGaps)
    }

    private func addDelays(_ row: inout SummaryRow) {
        let latency = record.latency
        row.latencySamples = Int(latency.count)
        row.latencyMinMicroseconds = latency.min.map(Double.init)
        row.latencyP50Microseconds = latency.percentile(50).map(Double.init)
        row.latencyP90Microseconds = latency.percentile(90).map(Double.init)
        row.latencyP99Microseconds = latency.percentile(99).map(Double.init)
        row.latencyP999Microseconds = latency.percentile(99.9).map(Double.init)
        row.latencyMaxMicroseconds = latency.max.map(Double.init)
        row.latencyMeanMicroseconds = latency.mean
        row.publishedToReceivedP50Microseconds = record.publishedToReceived?.percentile(50).map(Double.init)
        row.publishedToReceivedP99Microseconds = record.publishedToReceived?.percentile(99).map(Double.init)
        // An echo is the client's own message, so it has no staleness.
        row.stalenessMeanMicroseconds = latency.isEmpty || subject.echo != nil ? nil : record.staleness.meanMicroseconds
        row.publisherLagP99Microseconds = outcome.publisherLag?.percentile(99).map(Double.init)
        row.clockErrorMicroseconds = ClockRule(outcome).errorMicroseconds
    }

    private func addRequests(_ row: inout SummaryRow) {
        let counts = record.exchanges
        row.requests = subject.transport.usesHTTP ? Int(counts.requests) : nil
        row.connects = Int(counts.connects)
        row.reconnects = max(0, Int(counts.connects) - subject.timing.clients)
        row.tlsResumed = counts.resumed.map { Int($0) }
        row.errors = Int(record.errors)
        row.scheduleLagP99Microseconds = record.scheduleLag.percentile(99).map(Double.init)
        if record.hasExchanges {
            row.emptyResponses = Int(counts.emptyResponses)
            if counts.fullResponses > 0 {
                row.itemsPerResponse = Double(received) / Double(counts.fullResponses)
            }
        }
        row.pollsLate = record.scheduleLag.isEmpty ? nil : Int(counts.lateSends)
    }

    private func addBytes(_ row: inout SummaryRow) {
        let ledger = record.ledger
        row.payloadBytesTotal = Int(ledger.payloadBytes)
        row.overheadBytesTotal = Int(ledger.overheadBytes)
        row.overheadBytesPerItem = received == 0 ? nil : Double(ledger.overheadBytes) / Double(received)
        row.compression = record.compressions.isEmpty ? nil : record.compressions.joined(separator: ", ")
        row.inflatedBytesTotal = record.compressions.isEmpty ? nil : Int(ledger.inflatedBytes)
        row.setupBytesTotal = Int(ledger.setupBytes)
        row.tcpPayloadBytesUp = Int(ledger.tcpPayloadBytes(.up))
        row.tcpPayloadBytesDown = Int(ledger.tcpPayloadBytes(.down))
        row.kernelTCPBytesUp = Int(record.kernel.bytesUp)
        row.kernelTCPBytesDown = Int(record.kernel.bytesDown)
        row.serverKernelTCPBytesUp = outcome.serverKernel.map { Int($0.bytesUp) }
        row.serverKernelTCPBytesDown = outcome.serverKernel.map { Int($0.bytesDown) }
        row.wireBytesEstimated = Int(
            ledger.tcpPayloadBytes(.up) + ledger.tcpPayloadBytes(.down) + estimate.headerBytes(of: segments))
        row.retransmittedBytes = Int(segments.bytesRetransmitted)
        row.conserved =
            outcome.framingIsRemainder
            ? nil : Conservation(of: ledger, against: record.kernel).isConserved && record.unreadCounters == 0
    }

    private func addCost(_ row: inout SummaryRow) {
        row.loadCPURatio = record.loadCPURatio
        if let usage = record.windowUsage {
            row.loadUserCPUSeconds = Double(usage.userMicroseconds) / 1e6
            row.loadSystemCPUSeconds = Double(usage.systemMicroseconds) / 1e6
        }
        // The peak may be that since the start of the window.
        let usage = outcome.usage
        row.serverRSSPeakBytes = usage.after.map {
            Int(max($0.residentPeakBytes, usage.before?.residentPeakBytes ?? 0))
        }
        guard let cpu = usage.cpu else { return }
        row.serverUserCPUSeconds = Double(cpu.user) / 1e6
        row.serverSystemCPUSeconds = Double(cpu.system) / 1e6
        if record.latency.count > 0 {
            row.serverCPUMicrosecondsPerItem = Double(cpu.user + cpu.system) / Double(record.latency.count)
        }
    }

    private func addResources(_ row: inout SummaryRow) {
        row.serverRSSPerConnectionBytes = outcome.serverBytesPerConnection
        row.loadVoluntarySwitches = record.windowUsage.map { Int($0.voluntarySwitches) }
        row.loadInvoluntarySwitches = record.windowUsage.map { Int($0.involuntarySwitches) }
        row.kernelDrops = outcome.kernelDrops.map { Int($0.total) }
        guard let (before, after) = outcome.counters else { return }
        row.serverVoluntarySwitches = Int(after.voluntarySwitches - before.voluntarySwitches)
        row.serverInvoluntarySwitches = Int(after.involuntarySwitches - before.involuntarySwitches)
    }

    /// Costs per client and time, with or without items.
    private func addPerClient(_ row: inout SummaryRow) {
        let clients = Double(subject.timing.clients)
        if let traffic = record.windowTraffic, traffic.seconds > 0 {
            row.bytesPerClientSecond = Double(traffic.bytes) / clients / traffic.seconds
            if subject.transport.usesHTTP {
                row.requestsPerClientSecond = Double(traffic.requests) / clients / traffic.seconds
            }
        }
        if let cpu = outcome.usage.cpu, let duration = outcome.usage.duration {
            let hours = duration.seconds / 3_600
            row.serverCPUMicrosecondsPerClientHour = Double(cpu.user + cpu.system) / clients / hours
        }
    }
}
