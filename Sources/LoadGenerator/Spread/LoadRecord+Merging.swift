import Host
import Measurement
import WireAccounting

/// The results of several load processes as those of one.
extension LoadRecord {
    private static let mostFaults = 20

    /// Merges the records of load processes that had the clients of one plan.
    ///
    /// Counts, bytes and memory add up. Delays are merged as histograms, also those of each second, so percentiles are
    /// those of all clients together. The CPU ratio is that of the busiest process, because one process that lacks CPU
    /// time spoils the run.
    ///
    /// - Parameter records: One or more, in the order of the clients.
    /// - Returns: With an objection if the processes did not expect the same last item.
    package static func merging(_ records: [LoadRecord]) -> LoadRecord {
        guard var merged = records.first else { return LoadRecord() }
        if records.count == 1 { return merged }
        for record in records.dropFirst() { merged.add(record) }
        merged.timeline = TimelineSecond.merging(records.map(\.timeline))
        merged.busiestCPURatio = records.compactMap(\.ownCPURatio).max()
        if records.contains(where: { $0.windowUsage == nil }) { merged.busiestCPURatio = nil }
        merged.windowTraffic = Traffic.merging(records.map(\.windowTraffic))
        merged.faults = Array(merged.faults.prefix(mostFaults))
        let last = Set(records.map(\.lastSequence))
        if last.count > 1, merged.endsByDueTime, !merged.hasLostServer {
            let text = last.sorted().map(String.init).joined(separator: ", ")
            merged.rowObjections.append("the load processes did not expect the same last item, but \(text)")
        }
        return merged
    }

    /// 1 means one processor fully used.
    package var loadCPURatio: Double? { busiestCPURatio ?? ownCPURatio }

    private var ownCPURatio: Double? {
        guard let windowUsage, windowSeconds > 0 else { return nil }
        return Double(windowUsage.cpuMicroseconds) / 1e6 / windowSeconds
    }

    private mutating func add(_ other: LoadRecord) {
        deliveries.merge(other.deliveries)
        hasSequences = hasSequences && other.hasSequences
        latency.merge(other.latency)
        countsFromSent = countsFromSent || other.countsFromSent
        firstItem.merge(other.firstItem)
        itemGaps.merge(other.itemGaps)
        publishedToReceived = Self.both(publishedToReceived, other.publishedToReceived) { $0.merge($1) }
        staleness.merge(other.staleness)
        addBytes(of: other)
        addFaults(of: other)
        exchanges.merge(other.exchanges)
        messages.merge(other.messages)
        compressions = Set(compressions + other.compressions).sorted()
        scheduleLag.merge(other.scheduleLag)
        lastSequence = max(lastSequence, other.lastSequence)
        deliveredAfterWindow += other.deliveredAfterWindow
        windowUsage = Self.both(windowUsage, other.windowUsage) { $0.add($1) }
        windowSeconds = max(windowSeconds, other.windowSeconds)
        windowStart = windowStart ?? other.windowStart
        hasExchanges = hasExchanges || other.hasExchanges
        hasContact = hasContact || other.hasContact
        unanswered += other.unanswered
        endsByDueTime = endsByDueTime || other.endsByDueTime
        announcedGaps += other.announcedGaps
        announcedLosses = announcedLosses.addingSaturated(other.announcedLosses)
        recovery.merge(other.recovery)
        connectedAt = Self.both(connectedAt, other.connectedAt) { $0 = max($0, $1) }
        clockErrorNanoseconds = Self.both(clockErrorNanoseconds, other.clockErrorNanoseconds) { $0 = max($0, $1) }
        // Each process has its own figures.
        clock = nil
        processes += other.processes
        if let theirs = other.slow {
            var all = slow ?? SlowRecord()
            all.merge(theirs)
            slow = all
        }
    }

    private mutating func addBytes(of other: LoadRecord) {
        ledger.merge(other.ledger)
        lacksHTTP2Bytes = lacksHTTP2Bytes || other.lacksHTTP2Bytes
        kernel.merge(other.kernel)
        unreadCounters += other.unreadCounters
    }

    private mutating func addFaults(of other: LoadRecord) {
        faults = (faults + other.faults).distinct()
        errors += other.errors
        rowObjections = (rowObjections + other.rowObjections).distinct()
        timeObjections = (timeObjections + other.timeObjections).distinct()
        clockObjections = (clockObjections + other.clockObjections).distinct()
        hasLostServer = hasLostServer || other.hasLostServer
    }

    /// Both values as one; `nil` if one is missing, because a part does not represent all.
    private static func both<Value>(
        _ first: Value?, _ second: Value?, _ merge: (inout Value, Value) -> Void
    ) -> Value? {
        guard var first, let second else { return nil }
        merge(&first, second)
        return first
    }
}

extension ExchangeCounts {
    fileprivate mutating func merge(_ other: Self) {
        requests += other.requests
        emptyResponses += other.emptyResponses
        fullResponses += other.fullResponses
        connects += other.connects
        if let theirs = other.resumed { resumed = (resumed ?? 0) + theirs }
        lateSends += other.lateSends
    }
}

extension SlowRecord {
    fileprivate mutating func merge(_ other: Self) {
        clients += other.clients
        deliveries.merge(other.deliveries)
        announcedGaps += other.announcedGaps
        announcedLosses = announcedLosses.addingSaturated(other.announcedLosses)
        connects += other.connects
        ledger.merge(other.ledger)
        kernel.merge(other.kernel)
        unreadCounters += other.unreadCounters
    }
}

extension ProcessUsage {
    /// Of two processes together: memory too, because both have it at the same time.
    fileprivate mutating func add(_ other: Self) {
        userMicroseconds += other.userMicroseconds
        systemMicroseconds += other.systemMicroseconds
        residentBytes = residentBytes.flatMap { own in other.residentBytes.map { own + $0 } }
        residentPeakBytes += other.residentPeakBytes
        voluntarySwitches += other.voluntarySwitches
        involuntarySwitches += other.involuntarySwitches
    }
}

extension Traffic {
    /// The sum; its time is the mean, because each process read its counters at about the same instants.
    fileprivate static func merging(_ all: [Traffic?]) -> Traffic? {
        let known = all.compactMap { $0 }
        guard known.count == all.count, !known.isEmpty else { return nil }
        var merged = Traffic()
        for traffic in known {
            merged.bytes += traffic.bytes
            merged.requests += traffic.requests
            merged.seconds += traffic.seconds / Double(known.count)
            merged.readAt = max(merged.readAt, traffic.readAt)
        }
        return merged
    }
}

extension TimelineSecond {
    /// Each second once, with the deliveries of all processes. Percentiles come from the merged latencies.
    fileprivate static func merging(_ timelines: [[TimelineSecond]]) -> [TimelineSecond] {
        let bySecond = Dictionary(grouping: timelines.joined(), by: \.second)
        return bySecond.sorted { $0.key < $1.key }.map { second, parts in
            if parts.count == 1 { return parts[0] }
            var latency = LatencyHistogram()
            for part in parts { if let own = part.latencies?.whole { latency.merge(own) } }
            return TimelineSecond(
                second: second, delivered: parts.reduce(0) { $0 + $1.delivered }, latency: latency,
                keepsHistogram: false)
        }
    }
}
