#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The two-sided signed-rank test of Wilcoxon (1945): do the differences of pairs tend to one side of zero?
///
/// Exact for at most 50 pairs, ties included; otherwise the normal approximation, corrected for ties and continuity.
/// Pairs without a difference are left out. With 5 pairs the smallest possible p is 0.0625, with 6 it is 0.031.
package struct SignedRank: Sendable, Hashable {
    /// Sum of the ranks of the positive differences.
    let positiveRanks: Double
    /// Pairs with a difference.
    package let pairs: Int
    /// Probability of a rank sum at least this far from its mean if both sides have the same distribution.
    package let p: Double

    static let largestExactSample = 50

    /// Tests differences; p is 1 if no pair differs.
    ///
    /// - Parameter differences: One per pair, all finite.
    package init(_ differences: [Double]) {
        let ranked = Self.doubledRanks(differences.filter { $0 != 0 })
        pairs = ranked.count
        let sum = ranked.reduce(0) { $1.isPositive ? $0 + $1.rank : $0 }
        positiveRanks = Double(sum) / 2
        if ranked.isEmpty {
            p = 1
        } else if ranked.count <= Self.largestExactSample {
            p = Self.exactP(ranked.map(\.rank), sum)
        } else {
            p = Self.approximateP(ranked.map(\.rank), sum)
        }
    }

    /// Whether the differences tend to be below zero.
    package var isNegative: Bool { positiveRanks < Double(pairs * (pairs + 1)) / 4 }

    /// The smallest p for this number of pairs: all differences on one side.
    package static func smallestP(_ pairs: Int) -> Double { pairs == 0 ? 1 : min(1, pow(0.5, Double(pairs - 1))) }

    /// Twice the midrank of each absolute difference, which is a whole number.
    private static func doubledRanks(_ differences: [Double]) -> [(rank: Int, isPositive: Bool)] {
        let sorted = differences.sorted { abs($0) < abs($1) }
        var ranked: [(rank: Int, isPositive: Bool)] = []
        var start = 0
        while start < sorted.count {
            let end = sorted[start...].firstIndex { abs($0) != abs(sorted[start]) } ?? sorted.count
            ranked += sorted[start..<end].map { (start + end + 1, $0 > 0) }
            start = end
        }
        return ranked
    }

    /// Each rank is positive with probability ½: counts the sign patterns by their sum.
    private static func exactP(_ ranks: [Int], _ sum: Int) -> Double {
        let all = ranks.reduce(0, +)
        var counts = [Double](repeating: 0, count: all + 1)
        counts[0] = 1
        for rank in ranks {
            for value in stride(from: all, through: rank, by: -1) { counts[value] += counts[value - rank] }
        }
        let tail = counts[max(sum, all - sum)...].reduce(0, +)
        return min(1, 2 * tail / pow(2, Double(ranks.count)))
    }

    private static func approximateP(_ ranks: [Int], _ sum: Int) -> Double {
        // Ranks are doubled, so the step of the sum without ties is 2 and half of it is the correction.
        let all = ranks.reduce(0, +)
        let distance = abs(Double(sum) - Double(all) / 2) - 1
        let deviation = (ranks.reduce(0) { $0 + Double($1) * Double($1) } / 4).squareRoot()
        return min(1, 2 * Gauss.upperTail(max(0, distance) / deviation))
    }
}

extension SignedRank {
    /// The median of all averages of two differences (Hodges and Lehmann 1963), and the interval that the test does not
    /// reject.
    ///
    /// - Parameters:
    ///   - differences: One per pair, all finite.
    ///   - confidence: The minimum confidence.
    /// - Returns: `nil` with too few pairs for the confidence: fewer than 6 at 0.95. Also `nil` above 1,000 pairs.
    package static func shift(_ differences: [Double], confidence: Double = 0.95) -> ConfidenceInterval? {
        let count = differences.count
        guard count <= 1_000, let (rank, reached) = rank(of: count, confidence: confidence) else { return nil }
        var averages: [Double] = []
        for (index, one) in differences.enumerated() {
            averages += differences[index...].map { (one + $0) / 2 }
        }
        averages.sort()
        guard let estimate = Quantile.value(at: 0.5, ofSorted: averages) else { return nil }
        return ConfidenceInterval(
            estimate: estimate, low: averages[rank - 1], high: averages[averages.count - rank], confidence: reached)
    }

    /// Candidate divided by baseline: the shift of the logarithms.
    ///
    /// - Returns: `nil` also if a value is not above 0.
    package static func ratio(
        _ pairs: [(baseline: Double, candidate: Double)], confidence: Double = 0.95
    ) -> ConfidenceInterval? {
        guard pairs.allSatisfy({ $0.baseline > 0 && $0.candidate > 0 }) else { return nil }
        return shift(pairs.map { log($0.candidate / $0.baseline) }, confidence: confidence)?.exponential
    }

    /// The largest rank k from either end with 1 − 2 P(W < k) at or above the confidence.
    private static func rank(of count: Int, confidence: Double) -> (rank: Int, reached: Double)? {
        if count > largestExactSample {
            let pairs = Double(count)
            let deviation = (pairs * (pairs + 1) * (2 * pairs + 1) / 24).squareRoot()
            let reach = Gauss.quantile(upperTail: (1 - confidence) / 2) * deviation
            return (max(1, Int(pairs * (pairs + 1) / 4 - reach)), confidence)
        }
        let all = count * (count + 1) / 2
        var counts = [Double](repeating: 0, count: all + 1)
        counts[0] = 1
        for rank in 1..<(count + 1) {
            for value in stride(from: all, through: rank, by: -1) { counts[value] += counts[value - rank] }
        }
        var found: (Int, Double)?
        var below = 0.0
        for rank in 1..<(all / 2 + 2) where count > 0 {
            below += counts[rank - 1] / pow(2, Double(count))
            let reached = 1 - 2 * below
            guard reached >= confidence else { break }
            found = (rank, reached)
        }
        return found
    }
}
