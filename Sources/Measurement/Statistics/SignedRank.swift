#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The signed-rank test of Wilcoxon (1945): do the differences of pairs tend to one side of zero?
///
/// Its comparisons are the means of two pairs, each pair with itself included: as many are above zero as the ranks of
/// the positive differences sum up to. Exact for at most 50 pairs, otherwise the normal approximation. With 5 pairs the
/// smallest possible p is 0.0625, with 6 it is 0.031.
package enum SignedRank {
    static let largestExactSample = 50

    /// The smallest p for this number of pairs: all differences on one side.
    package static func smallestP(_ pairs: Int) -> Double { pairs <= 0 ? 1 : min(1, pow(0.5, Double(pairs - 1))) }

    static func distribution(_ pairs: Int) -> RankDistribution {
        let size = pairs * (pairs + 1) / 2
        guard pairs <= largestExactSample else {
            return RankDistribution(size: size, deviation: (Double(size) * Double(2 * pairs + 1) / 12).squareRoot())
        }
        // Each rank is positive with probability ½: counts the sign patterns by their sum.
        var counts = [Double](repeating: 0, count: size + 1)
        counts[0] = 1
        for rank in 0..<pairs {
            for sum in stride(from: size, to: rank, by: -1) { counts[sum] += counts[sum - rank - 1] }
        }
        return RankDistribution(counts: counts)
    }
}

extension RankTest {
    /// Tests pairs by ``SignedRank``; p is 1 without pairs.
    ///
    /// - Parameter pairs: All finite. From 1,001 on they are left out.
    package init(pairs: [(baseline: Double, candidate: Double)]) {
        let pairs = Array(pairs.prefix(Self.mostValues))
        var comparisons: [(candidate: Double, baseline: Double)] = []
        for (index, one) in pairs.enumerated() {
            comparisons += pairs[index...].map {
                ((one.candidate + $0.candidate) / 2, (one.baseline + $0.baseline) / 2)
            }
        }
        self.init(comparisons, SignedRank.distribution(pairs.count))
    }
}
