/// A two-sided rank test of two samples together with the intervals that it does not reject.
///
/// The test counts the comparisons in which the candidate is not above the baseline, and those in which it is not
/// below; the smaller number decides. Comparisons without a difference are in both numbers: ties and zeros speak
/// against a difference, so with them p is too large rather than too small. The limits of the interval are ordered
/// comparisons at a rank from the same distribution. So the difference has an interval without 0, and the ratio one
/// without 1, if and only if p is below the level (Hollander, Wolfe, Chicken 2014, §3.2 and §4.3).
///
/// The statistics in this folder are written here, because no maintained Swift package has rank tests with intervals.
package struct RankTest: Sendable {
    /// Every comparison: two values, or of pairs the means of two pairs.
    private let comparisons: [(candidate: Double, baseline: Double)]
    private let distribution: RankDistribution
    /// Probability of so few comparisons on one side if both samples have the same distribution.
    package let p: Double
    /// Whether the candidate tends to be below the baseline.
    package let isLower: Bool

    /// More values of a sample, or pairs, are left out: the number of comparisons grows with the square.
    static let mostValues = 1_000

    init(_ comparisons: [(candidate: Double, baseline: Double)], _ distribution: RankDistribution) {
        self.comparisons = comparisons
        self.distribution = distribution
        let notAbove = comparisons.count { $0.candidate <= $0.baseline }
        let notBelow = comparisons.count { $0.candidate >= $0.baseline }
        p = distribution.p(min(notAbove, notBelow))
        isLower = notAbove > notBelow
    }

    /// Candidate minus baseline: the median of all comparisons (Hodges and Lehmann 1963), with its interval.
    ///
    /// - Parameter level: 1 minus the confidence; a p below it is significant.
    /// - Returns: `nil` if no p of so few values is below the level.
    package func difference(level: Double = 0.05) -> ConfidenceInterval? {
        interval(comparisons.map { $0.candidate - $0.baseline }, level: level)
    }

    /// Candidate divided by baseline, likewise: the factors that the baseline may be multiplied by.
    ///
    /// - Returns: `nil` also if a value is not above 0.
    package func ratio(level: Double = 0.05) -> ConfidenceInterval? {
        guard comparisons.allSatisfy({ $0.candidate > 0 && $0.baseline > 0 }) else { return nil }
        return interval(comparisons.map { $0.candidate / $0.baseline }, level: level)
    }

    private func interval(_ values: [Double], level: Double) -> ConfidenceInterval? {
        let sorted = values.sorted()
        guard let rank = distribution.rank(level: level), let estimate = Quantile.value(at: 0.5, ofSorted: sorted)
        else { return nil }
        return ConfidenceInterval(
            estimate: estimate, low: sorted[rank - 1], high: sorted[sorted.count - rank],
            confidence: 1 - distribution.p(rank - 1))
    }
}
