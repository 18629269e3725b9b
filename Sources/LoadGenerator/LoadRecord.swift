import Host
import Measurement
import WireAccounting

/// What one load process saw.
package struct LoadRecord: Codable, Sendable {
    package var deliveries = DeliveryTotals()
    package var latency = LatencyHistogram()
    /// From published to received, of the same items; `nil` if it cannot be told of all of them.
    package var publishedToReceived: LatencyHistogram?
    package var staleness = StalenessTotals()
    package var timeline: [TimelineSecond] = []
    package var ledger = ByteLedger()
    /// Whether the ledger is without the heads and frame headers of HTTP/2, which libcurl does not tell; the server
    /// does.
    package var lacksHTTP2Bytes = false
    package var kernel = KernelCount()
    /// Connections whose kernel counters were gone before they could be read.
    package var unreadCounters: UInt64 = 0
    package var exchanges = ExchangeCounts()
    /// The compressions that connections agreed on, each once; usually one, or none.
    package var compressions: [String] = []
    /// From when a poll was scheduled within the window to when it was begun. Empty for transports without a schedule.
    package var scheduleLag = LatencyHistogram()
    /// The first faults, a sentence each.
    package var faults: [String] = []
    package var errors: UInt64 = 0
    /// Why the row must not be used at all, a sentence each; errors have a count of their own.
    package var rowObjections: [String] = []
    /// Why the row's times must not be used, though its bytes and counts may, a sentence each.
    package var timeObjections: [String] = []
    /// Sequence of the last item that was expected.
    package var lastSequence: UInt64 = 0
    /// Whether the server stopped telling of its feed: what was expected is not known then.
    package var hasLostServer = false
    /// Copies of items due at or after the window's end; their bytes are booked, and they are in no other number.
    package var deliveredAfterWindow: UInt64 = 0
    /// The load process's own use of the machine within the window, and the window's true length.
    package var windowUsage: ProcessUsage?
    package var windowSeconds: Double = 0
    package var windowStart: MonotonicInstant?
    /// What the connections carried within the window.
    package var windowTraffic: Traffic?
    /// Whether the clients made HTTP exchanges.
    package var hasExchanges = false
    /// Times that a server said that items are lost.
    package var announcedGaps: UInt64 = 0
    /// When the last client was connected, for transports whose connections stand.
    package var connectedAt: MonotonicInstant?

    package init() {}
}

/// What the clients did, in numbers.
package struct ExchangeCounts: Codable, Sendable, Equatable {
    package var requests: UInt64 = 0
    /// Responses that brought no item.
    package var emptyResponses: UInt64 = 0
    /// Responses that brought at least one.
    package var fullResponses: UInt64 = 0
    package var connects: UInt64 = 0
    /// Of them, those whose TLS took up the session of an earlier one (RFC 8446 §2.2); `nil` without TLS.
    package var resumed: UInt64?
    /// Polls begun more than 1 ms after their time, and ticks that passed while a response was awaited.
    package var latePolls: UInt64 = 0

    package init() {}
}

/// One second of the run, counted from the window's start; those of the warm-up are negative.
package struct TimelineSecond: Codable, Sendable, Equatable {
    package var second: Int
    package var delivered: UInt64
    package var p50Microseconds: Int64?
    package var p99Microseconds: Int64?
    package var maxMicroseconds: Int64?

    package init(
        second: Int, delivered: UInt64, p50Microseconds: Int64?, p99Microseconds: Int64?, maxMicroseconds: Int64?
    ) {
        self.second = second
        self.delivered = delivered
        self.p50Microseconds = p50Microseconds
        self.p99Microseconds = p99Microseconds
        self.maxMicroseconds = maxMicroseconds
    }
}
