/// Quantiles of plain samples, for example one number per repeat. For latencies of items see ``LatencyHistogram``.
package enum Quantile {
    /// The smallest number of samples with a 95 % interval of their median.
    package static let leastForInterval = 6

    /// The quantile with linear interpolation between order statistics (type 7 of Hyndman and Fan 1996, the default
    /// of R and NumPy).
    ///
    /// - Parameters:
    ///   - probability: 0 (the minimum) to 1 (the maximum).
    ///   - samples: In any order, all finite.
    /// - Returns: `nil` without samples.
    static func value(at probability: Double, of samples: [Double]) -> Double? {
        value(at: probability, ofSorted: samples.sorted())
    }

    package static func median(of samples: [Double]) -> Double? {
        value(at: 0.5, of: samples)
    }

    /// The median with the distribution-free interval between two order statistics.
    ///
    /// For any distribution, the number of samples below the true median is binomial with probability ½. So the k-th
    /// smallest and the k-th largest sample enclose it with confidence 1 − 2 P(X < k) (Conover 1999, §3.2).
    ///
    /// - Parameters:
    ///   - samples: Independent, in any order.
    ///   - confidence: The minimum confidence.
    /// - Returns: `nil` with too few samples: fewer than ``leastForInterval`` at 0.95.
    package static func medianInterval(of samples: [Double], confidence: Double = 0.95) -> ConfidenceInterval? {
        let sorted = samples.sorted()
        guard let median = value(at: 0.5, ofSorted: sorted),
            let (rank, reached) = medianRank(count: sorted.count, confidence: confidence)
        else { return nil }
        return ConfidenceInterval(
            estimate: median, low: sorted[rank - 1], high: sorted[sorted.count - rank], confidence: reached)
    }

    static func value(at probability: Double, ofSorted samples: [Double]) -> Double? {
        precondition((0...1).contains(probability), "a probability is between 0 and 1")
        guard let last = samples.indices.last else { return nil }
        let position = probability * Double(last)
        let below = Int(position)
        let above = min(below + 1, last)
        return samples[below] + (position - Double(below)) * (samples[above] - samples[below])
    }

    /// The largest rank k from either end with sufficient confidence, and this confidence; `nil` if no rank has it.
    private static func medianRank(count: Int, confidence: Double) -> (rank: Int, reached: Double)? {
        var found: (Int, Double)?
        var below = 0.0
        for rank in 1...max(count / 2, 1) {
            below += Gauss.fairBinomial(rank - 1, of: count)
            let reached = 1 - 2 * below
            guard reached >= confidence else { break }
            found = (rank, reached)
        }
        return found
    }
}
