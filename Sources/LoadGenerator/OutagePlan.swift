import Measurement

/// A restart of the server within the run, which ends all connections.
package struct OutagePlan: Codable, Sendable, Hashable {
    /// The server ends its connections and refuses new ones.
    package var begins: MonotonicInstant
    /// It accepts connections again.
    package var ends: MonotonicInstant

    package init(begins: MonotonicInstant, ends: MonotonicInstant) {
        self.begins = begins
        self.ends = ends
    }

    // Ends of connections are noticed a little later, and the last refusal may be answered when the server is back.
    private static let grace = Duration.seconds(1)

    /// Whether an end or a refusal at this instant is the restart's.
    func excuses(_ now: MonotonicInstant) -> Bool {
        now >= begins && now < ends + Self.grace
    }
}
