/// What all clients received of the published items.
package struct DeliveryTotals: Sendable, Equatable, Codable {
    var clients: UInt64
    /// Items × clients that should have received them.
    package var expected: UInt64
    /// Copies received.
    package var delivered: UInt64
    /// Pairs of item and client received at least once.
    package var unique: UInt64
    package var duplicates: UInt64
    package var reordered: UInt64
    /// Copies of items outside the counted range; in no other count.
    var outside: UInt64

    package init(
        clients: UInt64 = 0,
        expected: UInt64 = 0,
        delivered: UInt64 = 0,
        unique: UInt64 = 0,
        duplicates: UInt64 = 0,
        reordered: UInt64 = 0,
        outside: UInt64 = 0
    ) {
        self.clients = clients
        self.expected = expected
        self.delivered = delivered
        self.unique = unique
        self.duplicates = duplicates
        self.reordered = reordered
        self.outside = outside
    }

    package mutating func merge(_ other: Self) {
        clients += other.clients
        // The last item may have the largest sequence that a server can report, times the clients of many processes.
        expected = expected.addingSaturated(other.expected)
        delivered += other.delivered
        unique += other.unique
        duplicates += other.duplicates
        reordered += other.reordered
        outside += other.outside
    }

    /// Items expected and not received.
    package var missed: UInt64 { expected > unique ? expected - unique : 0 }

    /// The share of expected items that were received, 0 to 1; `nil` if nothing was expected.
    package var coherence: Double? { Self.ratio(unique, of: expected) }

    /// Copies received per distinct item, 1 at best; `nil` if nothing was received.
    package var redundancy: Double? { Self.ratio(delivered, of: unique) }

    private static func ratio(_ part: UInt64, of whole: UInt64) -> Double? {
        whole == 0 ? nil : Double(part) / Double(whole)
    }
}

extension UInt64 {
    /// The sum, or the largest number if the sum is larger.
    package func addingSaturated(_ other: UInt64) -> UInt64 {
        let (sum, isLarger) = addingReportingOverflow(other)
        return isLarger ? .max : sum
    }
}
