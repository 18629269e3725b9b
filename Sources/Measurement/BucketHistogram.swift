/// Delays in fixed classes, as Prometheus has them: 50 µs to 30 s, in steps of about 2.
///
/// Smaller and faster than a ``LatencyHistogram``. The classes are always the same, so that histograms can be added up.
package struct BucketHistogram: Sendable, Hashable, Codable {
    /// Upper bounds of the classes, inclusive, µs. Longer delays are in one more class.
    package static let bounds: [Int64] = [
        50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000,
        5_000_000, 10_000_000, 30_000_000,
    ]

    /// Delays per class, not cumulative; the last is above all bounds.
    package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    /// Sum of all delays, µs.
    package private(set) var sum: Int64 = 0

    enum CodingKeys: String, CodingKey {
        case counts
        case sum = "sum_us"
    }

    package init() {}

    package var count: UInt64 { counts.reduce(0, +) }

    /// A delay below 0 counts as 0.
    package mutating func record(microseconds: Int64) {
        let delay = max(0, microseconds)
        var place = 0
        while place < Self.bounds.count, delay > Self.bounds[place] { place += 1 }
        counts[place] += 1
        sum = sum.addingReportingOverflow(delay).partialValue
    }

    package mutating func merge(_ other: Self) {
        for place in counts.indices where place < other.counts.count { counts[place] += other.counts[place] }
        sum = sum.addingReportingOverflow(other.sum).partialValue
    }
}
