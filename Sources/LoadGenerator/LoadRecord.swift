import Host
import Measurement
import WireAccounting

/// The results of one load process.
package struct LoadRecord: Codable, Sendable {
    package var deliveries = DeliveryTotals()
    /// Whether items have sequences, so that `deliveries` has more than the number delivered.
    package var hasSequences = true
    package var latency = LatencyHistogram()
    /// Whether latencies count from when the sender says that it sent an item, by its own clock, not from due times.
    package var countsFromSent = false
    /// From each client's connect, or the start of its first request, to the arrival of its first item.
    package var firstItem = LatencyHistogram()
    /// Between consecutive arrivals of one client within the window.
    package var itemGaps = LatencyHistogram()
    /// From published to received, for the same items as `latency`; `nil` if it is not known for all of them.
    package var publishedToReceived: LatencyHistogram?
    package var staleness = StalenessTotals()
    package var timeline: [TimelineSecond] = []
    package var ledger = ByteLedger()
    /// Whether the ledger lacks HTTP/2's header bytes and frame headers. libcurl does not report them; the server does.
    package var lacksHTTP2Bytes = false
    package var kernel = KernelCount()
    /// Connections whose kernel counters could not be read before the socket was closed.
    package var unreadCounters: UInt64 = 0
    package var exchanges = ExchangeCounts()
    /// Messages by the widths of what varies in them.
    package var messages = MessageTally()
    /// The compressions that connections negotiated, without duplicates; usually one, or none.
    package var compressions: [String] = []
    /// Delay of polls or messages scheduled within the window. Empty for transports without a schedule.
    package var scheduleLag = LatencyHistogram()
    /// The first faults, one sentence each.
    package var faults: [String] = []
    package var errors: UInt64 = 0
    /// Why the row must not be used, one sentence each; `errors` are counted separately.
    package var rowObjections: [String] = []
    /// Why the row's times must not be used, one sentence each; its bytes and counts are still valid.
    package var timeObjections: [String] = []
    /// Why the row's times must not be used because clocks differ, one sentence each; another attempt does not help.
    package var clockObjections: [String] = []
    /// Sequence of the last expected item.
    package var lastSequence: UInt64 = 0
    /// Whether the server stopped reporting its feed; the expected items are then not known.
    package var hasLostServer = false
    /// Copies of items due at or after the window's end. The ledger includes their bytes; no other number counts them.
    package var deliveredAfterWindow: UInt64 = 0
    /// CPU and memory of the load process within the window.
    package var windowUsage: ProcessUsage?
    /// Measured length of the window.
    package var windowSeconds: Double = 0
    package var windowStart: MonotonicInstant?
    /// Bytes and requests within the window.
    package var windowTraffic: Traffic?
    /// Whether the transport consists of HTTP exchanges.
    package var hasExchanges = false
    /// Whether a client received a response, completed a handshake, or had a poll that the server may hold.
    package var hasContact = false
    /// At the end, if there was no contact: clients that waited for a response or for the end of a handshake.
    package var unanswered = 0
    /// How often servers announced that items are lost.
    package var announcedGaps: UInt64 = 0
    /// Items that these notices announced as lost, over all clients.
    package var announcedLosses: UInt64 = 0
    /// From the server's restart, or from the return of a client that had left, until its next item.
    package var recovery = LatencyHistogram()
    /// The results of additional slow clients; `nil` without any.
    package var slow: SlowRecord?
    /// When the last client was connected; `nil` for transports that connect on a schedule.
    package var connectedAt: MonotonicInstant?
    /// The browser whose pages were the clients; `nil` if there was none.
    package var browser: BrowserRecord?
    /// How far a latency may be off because the server has another clock, ns; 0 if it has the same, `nil` if that is
    /// unknown.
    package var clockErrorNanoseconds: Int64?
    /// How this process' clock compared with the server's; `nil` if it is the same.
    package var clock: ClockFigures?
    /// The load processes that these are the results of; empty if a test made the record.
    package var processes: [LoadProcessFacts] = []
    /// The highest CPU ratio of several load processes; `nil` for one.
    package var busiestCPURatio: Double?
    /// Whether due times, or the clients' own messages, decide which item is the last. Then several load processes must
    /// expect the same last item.
    package var endsByDueTime = false

    package init() {}
}

/// Numbers of requests, responses and connections.
package struct ExchangeCounts: Codable, Sendable, Equatable {
    package var requests: UInt64 = 0
    /// Responses without an item.
    package var emptyResponses: UInt64 = 0
    /// Responses with at least one item.
    package var fullResponses: UInt64 = 0
    package var connects: UInt64 = 0
    /// Connections whose TLS resumed an earlier session (RFC 8446 §2.2); `nil` without TLS.
    package var resumed: UInt64?
    /// Polls or messages sent more than 1 ms late, plus polls skipped because a response was still outstanding.
    package var lateSends: UInt64 = 0

    package init() {}
}

/// One second of the run, counted from the window's start; the seconds of the warm-up are negative.
package struct TimelineSecond: Codable, Sendable, Equatable {
    package var second: Int
    package var delivered: UInt64
    package var p50Microseconds: Int64?
    package var p99Microseconds: Int64?
    package var maxMicroseconds: Int64?
    /// All latencies of the second, if seconds of several processes are merged or corrected; otherwise `nil`.
    package var latencies: SparseHistogram?

    package init(
        second: Int, delivered: UInt64, p50Microseconds: Int64?, p99Microseconds: Int64?, maxMicroseconds: Int64?
    ) {
        self.second = second
        self.delivered = delivered
        self.p50Microseconds = p50Microseconds
        self.p99Microseconds = p99Microseconds
        self.maxMicroseconds = maxMicroseconds
    }

    /// - Parameters:
    ///   - second: Counted from the window's start.
    ///   - delivered: Items of the second.
    ///   - latency: Their latencies.
    ///   - keepsHistogram: Whether the second is merged or corrected later.
    init(second: Int, delivered: UInt64, latency: LatencyHistogram, keepsHistogram: Bool) {
        self.init(
            second: second, delivered: delivered, p50Microseconds: latency.percentile(50),
            p99Microseconds: latency.percentile(99), maxMicroseconds: latency.max)
        if keepsHistogram { latencies = SparseHistogram(latency) }
    }
}
