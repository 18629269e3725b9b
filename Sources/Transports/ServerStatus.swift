import WireAccounting

/// What a server says of itself at `/stats`. Counters run since its start.
package struct ServerStatus: Codable, Equatable, Sendable {
    /// Version of the server; `nil` if it does not tell.
    package var version: String?
    /// Identity of the clock that `epoch_ns` and `now_ns` belong to.
    package var clock: String?
    /// The instant that due times count from; `CLOCK_MONOTONIC`, ns.
    package var epochNanoseconds: Int64 = 0
    package var nowNanoseconds: Int64 = 0
    package var feed = ""
    package var feedEnded = false
    /// When the next item is due, where that is known beforehand: everything due earlier is published.
    package var nextDueNanoseconds: Int64?
    /// Tells a server from another one that took its place; `nil` if it does not say.
    package var processID: Int32?
    /// Sequences of the oldest item kept and of the newest; newest is 0 before the first item.
    package var oldest: UInt64 = 0
    package var newest: UInt64 = 0
    package var threads: Int = 0
    package var connections: Int = 0
    package var connectionsTotal: UInt64 = 0
    package var requests: UInt64 = 0
    package var refusedRequests: UInt64 = 0
    package var refusedConnections: UInt64 = 0
    /// Times that an item, or a batch of them, was handed to one client.
    package var deliveries: UInt64 = 0
    package var slowDisconnects: UInt64 = 0
    package var skippedItems: UInt64 = 0
    /// Lines of standard input and bodies of `POST /publish` that were no items; `nil` from servers that do not count.
    package var refusedItems: UInt64?
    /// WebSockets that ended because their client gave no sign of life; `nil` from servers that do not look.
    package var deadPeers: UInt64?
    package var cpuUserMicroseconds: Int64 = 0
    package var cpuSystemMicroseconds: Int64 = 0
    package var residentBytes: Int64?
    package var residentPeakBytes: Int64 = 0
    package var voluntarySwitches: Int64 = 0
    package var involuntarySwitches: Int64 = 0
    /// What the kernel counted at the server's ends of all closed connections that carried a request for the feed or
    /// an echo, the connection's every byte; seen from the clients. `nil` from servers that do not count.
    package var feedKernel: KernelCount?
    /// What the frames of such connections were, of those that spoke HTTP/2.
    package var feedHTTP2: HTTP2Tally?
    /// Such connections whose counters were gone before they could be read.
    package var unreadKernelCounters: UInt64?

    package enum CodingKeys: String, CodingKey {
        case version, clock, feed, oldest, newest, threads, connections, requests, deliveries
        case epochNanoseconds = "epoch_ns"
        case nowNanoseconds = "now_ns"
        case feedEnded = "feed_ended"
        case nextDueNanoseconds = "next_due_ns"
        case processID = "pid"
        case connectionsTotal = "connections_total"
        case refusedRequests = "refused_requests"
        case refusedConnections = "refused_connections"
        case slowDisconnects = "slow_disconnects"
        case skippedItems = "skipped_items"
        case refusedItems = "refused_items"
        case deadPeers = "dead_peers"
        case cpuUserMicroseconds = "cpu_user_us"
        case cpuSystemMicroseconds = "cpu_system_us"
        case residentBytes = "rss_bytes"
        case residentPeakBytes = "rss_peak_bytes"
        case voluntarySwitches = "voluntary_switches"
        case involuntarySwitches = "involuntary_switches"
        case feedKernel = "feed_kernel"
        case feedHTTP2 = "feed_http2"
        case unreadKernelCounters = "feed_kernel_unread"
    }

    package init() {}
}

/// The answer to `GET /feed/schedule`: when each item was due and when it was published, `CLOCK_MONOTONIC`, ns.
package struct PublicationSchedule: Codable, Equatable, Sendable {
    package struct Entry: Codable, Equatable, Sendable {
        package var sequence: UInt64
        package var dueNanoseconds: Int64
        package var publishedNanoseconds: Int64

        package enum CodingKeys: String, CodingKey {
            case sequence
            case dueNanoseconds = "due_ns"
            case publishedNanoseconds = "published_ns"
        }

        package init(sequence: UInt64, dueNanoseconds: Int64, publishedNanoseconds: Int64) {
            self.sequence = sequence
            self.dueNanoseconds = dueNanoseconds
            self.publishedNanoseconds = publishedNanoseconds
        }
    }

    /// Most entries in one answer; the next begins with `from` = last sequence + 1.
    package static let maximumEntries = 10_000

    package var epochNanoseconds: Int64
    package var newest: UInt64
    package var items: [Entry]

    package enum CodingKeys: String, CodingKey {
        case epochNanoseconds = "epoch_ns"
        case newest, items
    }

    package init(epochNanoseconds: Int64, newest: UInt64, items: [Entry]) {
        self.epochNanoseconds = epochNanoseconds
        self.newest = newest
        self.items = items
    }
}

/// Tells one life of a server from another, as far as the server says.
package struct ServerIdentity: Codable, Hashable, Sendable {
    private let epochNanoseconds: Int64
    private let processID: Int32?

    package init(_ status: ServerStatus) {
        epochNanoseconds = status.epochNanoseconds
        processID = status.processID
    }
}
