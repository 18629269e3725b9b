import Measurement

/// A time within the run in which the server is away, or one of several servers behind a proxy.
package struct OutagePlan: Codable, Sendable, Hashable {
    /// The server ends its connections and refuses new ones.
    package var begins: MonotonicInstant
    /// It accepts connections again.
    package var ends: MonotonicInstant
    /// Whether the servers are behind a proxy. Then only the clients of the killed one lose their connections, and the
    /// proxy may answer that it has no server.
    package var isBehindProxy: Bool

    package init(begins: MonotonicInstant, ends: MonotonicInstant, isBehindProxy: Bool = false) {
        self.begins = begins
        self.ends = ends
        self.isBehindProxy = isBehindProxy
    }

    // Ends of connections are noticed a little later, and the last refusal may be answered when the server is back.
    private static let grace = Duration.seconds(1)

    /// Whether an end or a refusal at this instant is that of the outage.
    func excuses(_ now: MonotonicInstant) -> Bool {
        now >= begins && now < ends + Self.grace
    }

    /// Whether a proxy's answer at this instant, or the end of a response inside an item, is that of the outage. A
    /// server that restarts by itself ends its responses in order, and gives no such answer.
    func excusesLostServer(_ now: MonotonicInstant) -> Bool { isBehindProxy && excuses(now) }
}
