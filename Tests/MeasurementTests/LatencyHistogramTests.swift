import Testing

@testable import Measurement

@Suite("Latency histograms")
struct LatencyHistogramTests {
    static let hour: Int64 = 3_600_000_000

    @Test("an empty histogram has no values")
    func empty() {
        let histogram = LatencyHistogram()
        #expect(histogram.count == 0)
        #expect(histogram.percentile(50) == nil)
        #expect(histogram.min == nil)
        #expect(histogram.max == nil)
        #expect(histogram.mean == nil)
    }

    @Test("counts between limits: below the first, between two, from the last on")
    func countsBetween() {
        var histogram = LatencyHistogram()
        #expect(histogram.counts(between: [100, 1_000]) == [0, 0, 0])
        for value in [-5, 0, 50, 99, 100, 500, 999, 1_000, 5_000, Self.hour + 1] {
            histogram.record(microseconds: Int64(value))
        }
        #expect(histogram.counts(between: [100, 1_000]) == [4, 3, 3])
        #expect(histogram.counts(between: [1]) == [2, 8])
        #expect(histogram.counts(between: []) == [10])
        #expect(histogram.counts(between: [Self.hour]).reduce(0, +) == 10)
    }

    @Test(
        "nanoseconds are rounded to the nearest microsecond",
        arguments: [(0, 0), (499, 0), (500, 1), (1_499, 1), (1_500, 2), (-500, 0), (-501, -1)]
    )
    func rounding(nanoseconds: Int64, microseconds: Int64) {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: nanoseconds)
        #expect(histogram.max == microseconds)
        #expect(histogram.sum == microseconds)
    }

    @Test(
        "1 to 1 000 µs give exact ranks",
        arguments: [(0.0, 1), (50, 500), (90, 900), (99, 990), (99.9, 999), (100, 1_000)])
    func ranks(percent: Double, microseconds: Int64) {
        var histogram = LatencyHistogram()
        for value in 1...1_000 { histogram.record(.microseconds(value)) }
        #expect(histogram.percentile(percent) == microseconds)
        #expect(histogram.mean == 500.5)
        #expect(histogram.sum == 500_500)
    }

    @Test("a percentile has an error of at most 0.1 %", arguments: [2_047, 2_048, 1_000_001, 123_456_789, hour])
    func precision(microseconds: Int64) throws {
        var histogram = LatencyHistogram()
        for _ in 0..<2 { histogram.record(microseconds: microseconds) }
        histogram.record(microseconds: Self.hour)
        let median = try #require(histogram.percentile(50))
        #expect(abs(Double(median - microseconds)) <= Double(microseconds) * 0.001)
    }

    @Test("1 h is within range; 1 µs more is flagged and still counted")
    func overflow() {
        var histogram = LatencyHistogram()
        histogram.record(microseconds: Self.hour)
        #expect(histogram.isWithinRange)
        histogram.record(microseconds: Self.hour + 1)
        #expect(histogram.overflowCount == 1)
        #expect(histogram.count == 2)
        #expect(histogram.max == Self.hour + 1)
        #expect(histogram.sum == 2 * Self.hour + 1)
    }

    @Test("an item before its due time is flagged and counts as 0")
    func negative() {
        var histogram = LatencyHistogram()
        histogram.record(.microseconds(-7))
        #expect(histogram.negativeCount == 1)
        #expect(histogram.percentile(50) == 0)
        #expect(histogram.min == -7)
    }

    @Test("merging gives the same result as recording in one histogram")
    func merging() {
        var left = LatencyHistogram()
        var right = LatencyHistogram()
        var together = LatencyHistogram()
        for value in 1...999 { left.record(.microseconds(value)) }
        for value in [0, 5_000_000, Self.hour + 9] { right.record(microseconds: value) }
        for value in 1...999 { together.record(.microseconds(value)) }
        for value in [0, 5_000_000, Self.hour + 9] { together.record(microseconds: value) }
        left.merge(right)
        #expect(left == together)
        left.merge(LatencyHistogram())
        #expect(left == together)
    }
}
