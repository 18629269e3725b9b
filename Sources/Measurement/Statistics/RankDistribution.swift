/// How many of all comparisons are on one side by randomness, if both samples have the same distribution without ties.
struct RankDistribution: Sendable {
    /// Number of comparisons.
    let size: Int
    private let probability: Probability

    private enum Probability: Sendable {
        /// P(at most this many on one side), by this number.
        case exact([Double])
        case normal(deviation: Double)
    }

    /// - Parameter counts: The number of equally likely cases by the number of comparisons on one side.
    init(counts: [Double]) {
        size = counts.count - 1
        let all = counts.reduce(0, +)
        var below = 0.0
        probability = .exact(
            counts.map { count in
                below += count
                return below / all
            })
    }

    /// The normal approximation, corrected for continuity.
    init(size: Int, deviation: Double) {
        self.size = size
        probability = .normal(deviation: deviation)
    }

    /// The probability of at most this many comparisons on either side.
    func p(_ count: Int) -> Double {
        switch probability {
        case .exact(let below): min(1, 2 * below[min(max(0, count), size)])
        case .normal(let deviation):
            deviation > 0 ? min(1, 2 * Gauss.upperTail((Double(size) / 2 - Double(count) - 0.5) / deviation)) : 1
        }
    }

    /// The largest rank k from either end for which k − 1 comparisons on one side are significant; `nil` if none is.
    func rank(level: Double) -> Int? {
        guard size > 0, p(0) < level else { return nil }
        var (low, high) = (1, size / 2 + 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if p(middle - 1) < level { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
