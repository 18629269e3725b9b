import Histogram

/// The counts of a ``LatencyHistogram`` in memory for the used buckets only: a histogram for each second of a run.
package struct SparseHistogram: Sendable, Equatable, Codable {
    // By bucket: a value of it, µs.
    private let values: [Int64]
    private let counts: [UInt64]
    private let exact: LatencyHistogram.ExactTotals

    package init(_ histogram: LatencyHistogram) {
        var (values, counts) = ([Int64](), [UInt64]())
        for step in histogram.buckets.recordedValues() {
            values.append(Int64(step.value))
            counts.append(UInt64(step.count))
        }
        (self.values, self.counts, exact) = (values, counts, histogram.exact)
    }

    /// The histogram with all its counts and exact totals.
    package var whole: LatencyHistogram {
        var buckets = LatencyHistogram().buckets
        for (value, count) in zip(values, counts) {
            buckets.record(LatencyHistogram.tracked(value), count: count)
        }
        return LatencyHistogram(buckets: buckets, exact: exact)
    }
}

extension LatencyHistogram {
    /// The same latencies, each longer by this time, which may be negative: rounded to a whole number of microseconds,
    /// so that minimum, maximum and sum stay exact. Percentiles have an error of at most 0.2 %.
    package func shifted(byNanoseconds nanoseconds: Int64) -> LatencyHistogram {
        let shift = Int64((Double(nanoseconds) / 1_000).rounded())
        if shift == 0 || isEmpty { return self }
        var buckets = LatencyHistogram().buckets
        var totals = ExactTotals()
        for step in self.buckets.recordedValues() {
            // Minimum and maximum are exact, and the ends of the shifted histogram then are too.
            let value = Swift.min(Swift.max(Int64(step.value), exact.min), exact.max) + shift
            buckets.record(Self.tracked(value), count: step.count)
            if value < 0 { totals.negative += UInt64(step.count) }
            if value > Self.highestTrackable { totals.overflow += UInt64(step.count) }
        }
        (totals.min, totals.max) = (exact.min + shift, exact.max + shift)
        totals.sum = exact.sum + shift * Int64(clamping: count)
        return LatencyHistogram(buckets: buckets, exact: totals)
    }

    /// The value as which a latency counts in percentiles.
    static func tracked(_ microseconds: Int64) -> UInt64 {
        UInt64(Swift.min(Swift.max(microseconds, 0), highestTrackable))
    }
}
