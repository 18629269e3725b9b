import Histogram

/// Latencies of any number of items in 184 KiB: an HDR histogram of microseconds, 3 significant digits, 0 to 1 h.
///
/// A latency is rounded to the nearest microsecond (halves up), so below 0.5 µs it counts as 0. A percentile has an
/// error of at most 0.1 %; count, sum, mean, minimum and maximum are exact except for the rounding. Nothing is dropped:
/// in percentiles a latency above 1 h counts as 1 h and one below 0 as 0. ``overflowCount`` and ``negativeCount`` count
/// both.
///
/// To combine processes or runs, merge their histograms; never average percentiles.
package struct LatencyHistogram: Sendable, Equatable {
    /// 1 h, in microseconds.
    static let highestTrackable: Int64 = 3_600_000_000

    private(set) var buckets = Histogram<UInt64>(
        lowestDiscernibleValue: 1,
        highestTrackableValue: UInt64(highestTrackable),
        numberOfSignificantValueDigits: .three
    )
    package private(set) var exact = ExactTotals()

    package init() {}

    /// Restores a histogram that ``HistogramLog`` has read.
    init(buckets: Histogram<UInt64>, exact: ExactTotals) {
        self.buckets = buckets
        self.exact = exact
    }

    /// Latencies recorded, those out of range included.
    package var count: UInt64 { buckets.totalCount }
    /// Latencies above 1 h. If there are any, the percentiles are lower bounds.
    package var overflowCount: UInt64 { exact.overflow }
    /// Latencies below 0: items that arrived before they were due, a fault of the clock or of the feed.
    package var negativeCount: UInt64 { exact.negative }
    package var isEmpty: Bool { count == 0 }
    /// Whether every latency was between 0 and 1 h.
    package var isWithinRange: Bool { overflowCount == 0 && negativeCount == 0 }

    /// The sum of all latencies, µs, exact even above 1 h.
    package var sum: Int64 { exact.sum }
    /// The smallest latency, µs.
    package var min: Int64? { isEmpty ? nil : exact.min }
    /// The largest latency, µs, even above 1 h.
    package var max: Int64? { isEmpty ? nil : exact.max }
    /// The mean latency, µs.
    package var mean: Double? { isEmpty ? nil : Double(exact.sum) / Double(count) }

    package mutating func record(_ latency: Duration) {
        record(nanoseconds: latency.nanoseconds)
    }

    /// Records one latency without allocating; takes about 18 ns on the development machine.
    package mutating func record(nanoseconds: Int64) {
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000)
        let microseconds = remainder >= 500 ? quotient + 1 : remainder < -500 ? quotient - 1 : quotient
        record(microseconds: microseconds)
    }

    package mutating func record(microseconds: Int64) {
        exact.add(microseconds)
        let tracked = Swift.min(Swift.max(microseconds, 0), Self.highestTrackable)
        buckets.record(UInt64(tracked))
    }

    package mutating func merge(_ other: Self) {
        guard !other.isEmpty else { return }
        buckets.add(other.buckets)
        exact.merge(other.exact)
    }

    /// The smallest latency that `percent` of all latencies do not exceed, to 0.1 %.
    ///
    /// - Parameter percent: 0 (the minimum) to 100 (the maximum).
    /// - Returns: Microseconds, the highest value of its bucket; `nil` if the histogram is empty.
    package func percentile(_ percent: Double) -> Int64? {
        precondition((0...100).contains(percent), "a percentile is between 0 and 100")
        guard let min, let max else { return nil }
        if percent == 0 { return min }
        if percent == 100 { return max }
        return Int64(buckets.valueAtPercentile(percent))
    }

    /// The number of latencies between neighbouring limits, for a picture of the distribution.
    ///
    /// - Parameter limits: Microseconds from 1 to 1 h, ascending.
    /// - Returns: One number more than limits: below the first limit, between two limits, and from the last one on. A
    ///   latency within 0.1 % of a limit may count on either side of it.
    package func counts(between limits: [Int64]) -> [UInt64] {
        let below = limits.map { limit in
            precondition((1...Self.highestTrackable).contains(limit), "a limit is between 1 µs and 1 h")
            return buckets.count(within: 0...UInt64(limit - 1))
        }
        return zip(below + [count], [0] + below).map { $0 > $1 ? $0 - $1 : 0 }
    }
}

extension LatencyHistogram {
    /// The exact values that an HDR histogram rounds, in microseconds.
    package struct ExactTotals: Sendable, Equatable, Codable {
        package var sum: Int64 = 0
        package var min: Int64 = .max
        package var max: Int64 = .min
        package var overflow: UInt64 = 0
        package var negative: UInt64 = 0

        package init() {}

        mutating func add(_ microseconds: Int64) {
            sum = sum.addingWithinRange(microseconds)
            if microseconds < min { min = microseconds }
            if microseconds > max { max = microseconds }
            if microseconds > LatencyHistogram.highestTrackable { overflow += 1 }
            if microseconds < 0 { negative += 1 }
        }

        mutating func merge(_ other: Self) {
            sum = sum.addingWithinRange(other.sum)
            min = Swift.min(min, other.min)
            max = Swift.max(max, other.max)
            overflow += other.overflow
            negative += other.negative
        }
    }
}

extension Int64 {
    /// The sum, limited to the range of the type.
    fileprivate func addingWithinRange(_ other: Int64) -> Int64 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? (other > 0 ? .max : .min) : sum
    }
}

/// Between processes, a histogram is encoded as a ``HistogramLog`` of one interval, which keeps every count.
extension LatencyHistogram: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let log = try HistogramLog(parsing: try container.decode(String.self))
        guard log.intervals.count == 1 else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "the log has \(log.intervals.count) intervals; there must be one")
        }
        self = log.intervals[0].histogram
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let interval = HistogramLog.Interval(tag: nil, start: .zero, length: .zero, histogram: self)
        try container.encode(HistogramLog(startTime: .zero, intervals: [interval]).text)
    }
}
