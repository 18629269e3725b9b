/// The two-sided rank test of Mann and Whitney (1947): does one of two independent samples tend to be larger?
///
/// Exact with at most 20 samples per side, ties included; otherwise the normal approximation, corrected for ties and
/// continuity. With 3 samples per side the smallest possible p is 0.1, with 4 it is 0.029.
///
/// The statistics in this folder are written here, because no maintained Swift package has rank tests with intervals.
package struct MannWhitney: Sendable, Hashable {
    /// Number of pairs in which the first sample's value is larger; a tie counts half.
    let u: Double
    /// Probability of a U at least this far from its mean if both samples have the same distribution.
    package let p: Double
    let isExact: Bool

    static let largestExactSample = 20

    /// Tests two samples; `nil` if one is empty.
    package init?(_ first: [Double], _ second: [Double]) {
        guard !first.isEmpty, !second.isEmpty else { return nil }
        let ranking = Ranking(first, second)
        let pairs = Double(first.count * second.count)
        u = ranking.rankSumOfFirst - Double(first.count * (first.count + 1)) / 2
        let larger = max(u, pairs - u)
        isExact = max(first.count, second.count) <= Self.largestExactSample
        if isExact, !ranking.hasTies {
            let counts = Self.exactCounts(first.count, second.count)
            p = min(1, 2 * counts[Int(larger)...].reduce(0, +) / counts.reduce(0, +))
        } else if isExact {
            p = Self.exactP(ranking, first.count)
        } else {
            let deviation = Self.deviation(first.count, second.count, tieTerm: ranking.tieTerm)
            p = deviation > 0 ? min(1, 2 * Gauss.upperTail((larger - pairs / 2 - 0.5) / deviation)) : 1
        }
    }

    /// The smallest p for samples of these sizes: every value of one is above every value of the other.
    package static func smallestP(_ n: Int, _ m: Int) -> Double {
        guard n > 0, m > 0 else { return 1 }
        // One of the (n + m choose n) arrangements and its mirror image.
        return min(1, 2 * (1...min(n, m)).reduce(1) { $0 * Double($1) / Double(max(n, m) + $1) })
    }

    /// With ties: the share of all choices of ranks for the first sample whose sum is at least as far from the mean.
    private static func exactP(_ ranking: Ranking, _ n: Int) -> Double {
        let ranks = ranking.doubledRanks
        let all = ranks.reduce(0, +)
        // By the number of ranks chosen and their sum. At most 40 over 20 choices, so the doubles are exact.
        var counts = [[Double]](repeating: [Double](repeating: 0, count: all + 1), count: n + 1)
        counts[0][0] = 1
        for (index, rank) in ranks.enumerated() {
            for chosen in stride(from: min(n, index + 1), through: 1, by: -1) {
                for sum in rank..<(all + 1) { counts[chosen][sum] += counts[chosen - 1][sum - rank] }
            }
        }
        let mean = Double(all * n) / Double(ranks.count)
        let distance = abs(2 * ranking.rankSumOfFirst - mean)
        let far = counts[n].indices.reduce(0) { abs(Double($1) - mean) >= distance ? $0 + counts[n][$1] : $0 }
        return far / counts[n].reduce(0, +)
    }

    /// The number of arrangements of n and m values for each U, by the Gaussian binomial ∏ (1 − q^(m+i)) / (1 − q^i).
    ///
    /// Whole numbers below 2^53 for samples up to ``largestExactSample``, so the doubles are exact.
    static func exactCounts(_ n: Int, _ m: Int) -> [Double] {
        var counts = [Double](repeating: 0, count: n * m + 1)
        counts[0] = 1
        for i in 1...n {
            for u in stride(from: n * m, through: m + i, by: -1) { counts[u] -= counts[u - m - i] }
            for u in stride(from: i, through: n * m, by: 1) { counts[u] += counts[u - i] }
        }
        return counts
    }

    /// The standard deviation of U, where `tieTerm` is Σ (t³ − t) over groups of t equal values.
    static func deviation(_ n: Int, _ m: Int, tieTerm: Double) -> Double {
        let all = Double(n + m)
        let spread = all > 1 ? (all + 1) - tieTerm / (all * (all - 1)) : 0
        return (Double(n * m) / 12 * spread).squareRoot()
    }
}

/// Midranks of two samples combined.
struct Ranking {
    private(set) var rankSumOfFirst = 0.0
    /// Σ (t³ − t) over groups of t equal values.
    private(set) var tieTerm = 0.0
    var hasTies: Bool { tieTerm > 0 }
    /// Twice each midrank, which is a whole number.
    private(set) var doubledRanks: [Int] = []

    init(_ first: [Double], _ second: [Double]) {
        let values = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var start = 0
        while start < values.count {
            let end = values[start...].firstIndex { $0.0 != values[start].0 } ?? values.count
            let size = Double(end - start)
            let midrank = Double(start + end + 1) / 2
            rankSumOfFirst += midrank * Double(values[start..<end].count { $0.1 })
            tieTerm += size * size * size - size
            doubledRanks += [Int](repeating: start + end + 1, count: end - start)
            start = end
        }
    }
}
