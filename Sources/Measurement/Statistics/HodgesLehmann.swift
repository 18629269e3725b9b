#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The shift between two samples: the median of all pairwise differences (Hodges and Lehmann 1963).
enum HodgesLehmann {
    /// The shift of `candidate` against `baseline` and the interval that the Mann–Whitney test does not reject.
    ///
    /// The limits of the interval are two ordered differences. Their rank comes from the exact distribution of U
    /// without ties, which is the widest, or from its normal approximation with more than 20 samples per side
    /// (Hollander, Wolfe, Chicken 2014, §4.3).
    ///
    /// - Parameters:
    ///   - candidate: Independent samples.
    ///   - baseline: Independent samples.
    ///   - confidence: The minimum confidence.
    /// - Returns: `nil` with too few samples for the confidence: fewer than 4 per side at 0.95.
    static func shift(
        of candidate: [Double],
        against baseline: [Double],
        confidence: Double = 0.95
    ) -> ConfidenceInterval? {
        let differences = candidate.flatMap { value in baseline.map { value - $0 } }.sorted()
        guard let estimate = Quantile.value(at: 0.5, ofSorted: differences),
            let (rank, reached) = rank(candidate, baseline, confidence: confidence)
        else { return nil }
        return ConfidenceInterval(
            estimate: estimate,
            low: differences[rank - 1],
            high: differences[differences.count - rank],
            confidence: reached
        )
    }

    /// The ratio of two samples: the shift of their logarithms. The interval is what the same test does not reject.
    ///
    /// - Returns: `nil` also if a value is not above 0.
    static func ratio(
        of candidate: [Double],
        to baseline: [Double],
        confidence: Double = 0.95
    ) -> ConfidenceInterval? {
        guard (candidate + baseline).allSatisfy({ $0 > 0 }) else { return nil }
        return shift(of: candidate.map { log($0) }, against: baseline.map { log($0) }, confidence: confidence)?
            .exponential
    }

    private static func rank(_ x: [Double], _ y: [Double], confidence: Double) -> (rank: Int, reached: Double)? {
        if max(x.count, y.count) <= MannWhitney.largestExactSample {
            return exactRank(x.count, y.count, confidence: confidence)
        }
        let deviation = MannWhitney.deviation(x.count, y.count, tieTerm: Ranking(x, y).tieTerm)
        let reach = Gauss.quantile(upperTail: (1 - confidence) / 2) * deviation
        let rank = Int((Double(x.count * y.count) / 2 - reach).rounded(.down))
        return rank >= 1 ? (rank, confidence) : nil
    }

    /// The largest rank k from either end with 1 − 2 P(U < k) at or above the confidence.
    private static func exactRank(_ n: Int, _ m: Int, confidence: Double) -> (rank: Int, reached: Double)? {
        let counts = MannWhitney.exactCounts(n, m)
        let all = counts.reduce(0, +)
        var found: (Int, Double)?
        var below = 0.0
        for rank in 1...max(n * m / 2, 1) {
            below += counts[rank - 1]
            let reached = 1 - 2 * below / all
            guard reached >= confidence else { break }
            found = (rank, reached)
        }
        return found
    }
}
