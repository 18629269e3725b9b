/// The rank test of Mann and Whitney (1947): does one of two independent samples tend to be larger?
///
/// Its comparisons are all pairs of a value of one sample and one of the other. Exact with at most 20 values per
/// sample, otherwise the normal approximation. With 3 values per sample the smallest possible p is 0.1, with 4 it is
/// 0.029.
package enum MannWhitney {
    static let largestExactSample = 20

    /// The smallest p for samples of these sizes: every value of one is above every value of the other.
    package static func smallestP(_ n: Int, _ m: Int) -> Double {
        guard n > 0, m > 0 else { return 1 }
        // One of the (n + m choose n) arrangements and its mirror image.
        let (smaller, larger) = (min(n, m), max(n, m))
        let one = (1...smaller).reduce(1.0) { product, i in product * Double(i) / Double(larger + i) }
        return min(1, 2 * one)
    }

    static func distribution(_ n: Int, _ m: Int) -> RankDistribution {
        guard max(n, m) > largestExactSample else { return RankDistribution(counts: exactCounts(n, m)) }
        return RankDistribution(
            size: n * m, deviation: (Double(n) * Double(m) * Double(n + m + 1) / 12).squareRoot())
    }

    /// The number of arrangements of n and m values for each U, by the Gaussian binomial ∏ (1 − q^(m+i)) / (1 − q^i).
    ///
    /// Whole numbers below 2^53 for samples up to ``largestExactSample``, so the doubles are exact.
    static func exactCounts(_ n: Int, _ m: Int) -> [Double] {
        var counts = [Double](repeating: 0, count: n * m + 1)
        counts[0] = 1
        for index in 0..<n {
            let i = index + 1
            for u in stride(from: n * m, through: m + i, by: -1) { counts[u] -= counts[u - m - i] }
            for u in stride(from: i, through: n * m, by: 1) { counts[u] += counts[u - i] }
        }
        return counts
    }
}

extension RankTest {
    /// Tests two independent samples by ``MannWhitney``; p is 1 if one is empty.
    ///
    /// - Parameters:
    ///   - candidate: All finite. From the 1,001st on they are left out.
    ///   - baseline: Likewise.
    package init(_ candidate: [Double], against baseline: [Double]) {
        let (candidate, baseline) = (candidate.prefix(Self.mostValues), baseline.prefix(Self.mostValues))
        self.init(
            candidate.flatMap { value in baseline.map { (value, $0) } },
            MannWhitney.distribution(candidate.count, baseline.count))
    }
}
