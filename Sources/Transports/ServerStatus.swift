import WireAccounting

/// A server's report at `/stats`. Counters start when the server starts.
package struct ServerStatus: Codable, Equatable, Sendable {
    /// Version of the server; `nil` if it does not report one.
    package var version: String?
    /// Identity of the clock that `epoch_ns` and `now_ns` belong to.
    package var clock: String?
    /// The instant from which due times count; `CLOCK_MONOTONIC`, ns. Negative for a feed that began before this boot.
    package var epochNanoseconds: Int64 = 0
    package var nowNanoseconds: Int64 = 0
    package var feed = ""
    package var feedEnded = false
    /// When the next item is due, if known in advance: every item due earlier is published.
    package var nextDueNanoseconds: Int64?
    /// Whether the program that writes the feed for several servers can be reached; `nil` for a feed without one.
    package var isSourceConnected: Bool?
    /// Distinguishes a restarted server; `nil` if the server does not report it.
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
    /// Number of times that an item or a batch of items was sent to one client.
    package var deliveries: UInt64 = 0
    package var slowDisconnects: UInt64 = 0
    package var skippedItems: UInt64 = 0
    /// Invalid lines of standard input and bodies of `POST /publish`; `nil` from servers that do not count them.
    package var refusedItems: UInt64?
    /// WebSockets closed because their client did not answer a Ping; `nil` from servers that do not check.
    package var deadPeers: UInt64?
    package var cpuUserMicroseconds: Int64 = 0
    package var cpuSystemMicroseconds: Int64 = 0
    package var residentBytes: Int64?
    package var residentPeakBytes: Int64 = 0
    package var voluntarySwitches: Int64 = 0
    package var involuntarySwitches: Int64 = 0
    /// Kernel counters of the server's sockets, for all closed connections that carried a request for the feed or an
    /// echo. Includes every byte of the connection; directions are the clients'. `nil` from servers that do not count.
    package var feedKernel: KernelCount?
    /// Frames of such connections that used HTTP/2.
    package var feedHTTP2: HTTP2Tally?
    /// Such connections whose counters could not be read in time.
    package var unreadKernelCounters: UInt64?
    /// Each transport, in the order of the registry; `nil` from servers that do not count them separately.
    package var transports: [TransportStatus]?

    package enum CodingKeys: String, CodingKey {
        case version, clock, feed, oldest, newest, threads, connections, requests, deliveries, transports
        case epochNanoseconds = "epoch_ns"
        case nowNanoseconds = "now_ns"
        case feedEnded = "feed_ended"
        case nextDueNanoseconds = "next_due_ns"
        case isSourceConnected = "feed_source_connected"
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

/// The response to `GET /feed/schedule`: when each item was due and when it was published, `CLOCK_MONOTONIC`, ns.
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

    /// Most entries in one response; the next request uses `from` = last sequence + 1.
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

/// Identifies one server process, from its epoch and process id; distinguishes a restarted server.
package struct ServerIdentity: Codable, Hashable, Sendable {
    private let epochNanoseconds: Int64
    private let processID: Int32?
    /// Whether another program writes the feed, for this server and perhaps for others.
    package let sharesFeed: Bool

    package init(_ status: ServerStatus) {
        epochNanoseconds = status.epochNanoseconds
        processID = status.processID
        sharesFeed = status.isSourceConnected != nil
    }

    /// Whether a client that goes from one to the other finds the same items: both are one process, or they follow one
    /// stream. A stream keeps its epoch when a server is restarted.
    package func hasFeed(of other: Self) -> Bool {
        self == other || sharesFeed && other.sharesFeed && epochNanoseconds == other.epochNanoseconds
    }
}
