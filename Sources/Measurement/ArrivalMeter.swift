/// Measures how long each client waits for its first item, and the gaps between the items of one client.
///
/// An item costs a few comparisons and one histogram entry. Nothing is allocated after the start.
package struct ArrivalMeter: Sendable {
    /// From a client's connect to the arrival of its first item, once per client.
    package private(set) var firstItem = LatencyHistogram()
    /// Between consecutive arrivals of one client, both within the window.
    package private(set) var gaps = LatencyHistogram()

    private static let never = MonotonicInstant(nanoseconds: .min)

    private let start: MonotonicInstant
    private let end: MonotonicInstant
    // By client.
    private var connects: [MonotonicInstant]
    private var lastArrivals: [MonotonicInstant]

    /// - Parameters:
    ///   - clients: Number of clients, which are identified by index.
    ///   - start: Start of the window.
    ///   - end: End of the window.
    package init(clients: Int, from start: MonotonicInstant, until end: MonotonicInstant) {
        self.start = start
        self.end = end
        connects = Array(repeating: Self.never, count: clients)
        lastArrivals = connects
    }

    /// The client has connected, or sends its first request. Only its first call counts.
    package mutating func connected(_ client: Int, at now: MonotonicInstant) {
        if connects[client] == Self.never { connects[client] = now }
    }

    /// A copy of an item has arrived. Items of one response that arrive at the same instant have gaps of 0.
    ///
    /// If a kernel timestamp is missing, the time of the read replaces it, so an item may have an earlier time than the
    /// item before it. The two then count as simultaneous.
    package mutating func itemArrived(_ client: Int, at now: MonotonicInstant) {
        let previous = lastArrivals[client]
        guard previous != Self.never else {
            lastArrivals[client] = now
            let connect = connects[client]
            if connect != Self.never { firstItem.record(nanoseconds: max(0, now.nanoseconds(since: connect))) }
            return
        }
        if previous >= start, now < end { gaps.record(nanoseconds: max(0, now.nanoseconds(since: previous))) }
        if now > previous { lastArrivals[client] = now }
    }

    /// Whether the client has received an item.
    package func hasReceived(_ client: Int) -> Bool { lastArrivals[client] != Self.never }
}
