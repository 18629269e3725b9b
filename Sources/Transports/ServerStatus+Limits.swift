import Feed
import WireAccounting

// Plausibility limits for a status from any server. Within them, no sum, difference or conversion of its numbers
// overflows.
extension ServerStatus {
    private static let highestCount = UInt64(1) << 53
    // An instant before this boot is negative.
    private static let latestInstant = UInt64(1) << 61

    /// The JSON name of the first field whose number is out of range; `nil` if all are within range.
    package var fieldOutOfRange: String? {
        instants.first { $0.1.magnitude > Self.latestInstant }?.0
            ?? sequences.first { $0.1 > ItemLimits.highestSequence }?.0
            ?? counts.first { $0.1.magnitude > Self.highestCount }?.0
            ?? unsignedCounts.first { $0.1 > Self.highestCount }?.0
    }

    private var instants: [(String, Int64)] {
        [
            ("epoch_ns", epochNanoseconds), ("now_ns", nowNanoseconds),
            ("next_due_ns", nextDueNanoseconds.map { max($0, 0) } ?? 0),
        ]
    }

    private var sequences: [(String, UInt64)] {
        // In an empty window, oldest is newest + 1.
        [("oldest", max(oldest, 1) - 1), ("newest", newest)]
    }

    private var counts: [(String, Int64)] {
        [
            ("threads", Int64(threads)), ("connections", Int64(connections)), ("cpu_user_us", cpuUserMicroseconds),
            ("cpu_system_us", cpuSystemMicroseconds), ("rss_bytes", residentBytes ?? 0),
            ("rss_peak_bytes", residentPeakBytes), ("voluntary_switches", voluntarySwitches),
            ("involuntary_switches", involuntarySwitches),
        ]
            + (feedKernel?.numbers ?? []).map { ("feed_kernel", $0) }
            + (feedHTTP2?.numbers ?? []).map { ("feed_http2", $0) }
    }

    private var unsignedCounts: [(String, UInt64)] {
        [
            ("connections_total", connectionsTotal), ("requests", requests), ("refused_requests", refusedRequests),
            ("refused_connections", refusedConnections), ("deliveries", deliveries),
            ("slow_disconnects", slowDisconnects), ("skipped_items", skippedItems), ("dead_peers", deadPeers ?? 0),
            ("feed_kernel_unread", unreadKernelCounters ?? 0),
        ] + (transports ?? []).flatMap { [("transports", $0.requests), ("transports", $0.items)] }
    }
}

extension PublicationSchedule {
    /// Whether the entries start at `first` or later, have consecutive sequences, and have numbers within range.
    package func isAnswer(from first: UInt64) -> Bool {
        let instants = -(Int64(1) << 61)...(Int64(1) << 61)
        guard let begin = items.first?.sequence else { return true }
        let length = UInt64(items.count)
        guard length <= Self.maximumEntries, begin >= first, begin <= ItemLimits.highestSequence - length else {
            return false
        }
        for (index, entry) in items.enumerated() {
            guard entry.sequence == begin + UInt64(index), instants.contains(entry.dueNanoseconds),
                instants.contains(entry.publishedNanoseconds)
            else { return false }
        }
        return true
    }
}
