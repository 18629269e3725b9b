import Testing

@testable import Measurement

/// Reference values are from SciPy 1.17.1 and NumPy 2.4.6, by the calls in the comments.
private let a = [12.1, 14.3, 11.8, 13.5, 12.9, 15.2, 13.1, 12.4, 14.8, 13.9]
private let b = [13.2, 15.1, 14.9, 16.3, 13.8, 15.7, 14.4, 16.0, 15.5, 12.7]
private let c: [Double] = [1, 2, 2, 3, 4, 4, 4, 5, 6, 7]
private let d: [Double] = [2, 3, 4, 5, 5, 6, 7, 7, 8, 9]

private func isClose(_ left: Double?, _ right: Double, within tolerance: Double = 1e-12) -> Bool {
    left.map { abs($0 - right) <= tolerance * max(1, abs(right)) } ?? false
}

@Suite("Quantiles")
struct QuantileTests {
    // numpy.quantile(a, p)
    @Test("interpolate as NumPy does", arguments: [(0, 11.8), (0.1, 12.07), (0.25, 12.525), (0.5, 13.3), (0.9, 14.84)])
    func interpolated(probability: Double, value: Double) {
        #expect(isClose(Quantile.value(at: probability, of: a), value))
    }

    @Test("a single sample is its own median; without samples there is no median")
    func few() {
        #expect(Quantile.median(of: [7]) == 7)
        #expect(Quantile.value(at: 1, of: [7]) == 7)
        #expect(Quantile.median(of: []) == nil)
    }

    // scipy.stats.quantile_test(range(1, n + 1), q=0, p=.5).confidence_interval(.95)
    @Test(
        "the median lies between order statistics",
        arguments: [(6, 1, 6), (10, 2, 9), (11, 2, 10), (20, 6, 15), (30, 10, 21)])
    func medianInterval(count: Int, low: Double, high: Double) throws {
        let interval = try #require(Quantile.medianInterval(of: (1...count).map(Double.init)))
        #expect(interval.low == low)
        #expect(interval.high == high)
        #expect(interval.estimate == Double(count + 1) / 2)
    }

    @Test("five samples are too few for 95 %", arguments: 0...5)
    func tooFew(count: Int) {
        #expect(Quantile.medianInterval(of: (0..<count).map(Double.init)) == nil)
    }

    // 1 - 2 * scipy.stats.binom.cdf(1, 10, .5)
    @Test("the interval has the confidence reached")
    func reached() {
        #expect(isClose(Quantile.medianInterval(of: a)?.confidence, 0.978515625))
    }
}

@Suite("Normal distribution")
struct GaussTests {
    // scipy.stats.norm.ppf(.975), scipy.stats.norm.ppf(.995)
    @Test("its quantiles", arguments: [(0.025, 1.959963984540054), (0.005, 2.5758293035489004), (0.5, 0)])
    func quantiles(tail: Double, z: Double) {
        #expect(isClose(Gauss.quantile(upperTail: tail), z))
        #expect(isClose(Gauss.upperTail(z), tail))
    }

    @Test("a thousand trials do not underflow")
    func binomial() {
        let sum = (0...1_000).reduce(0) { $0 + Gauss.fairBinomial($1, of: 1_000) }
        #expect(isClose(sum, 1, within: 1e-10))
    }
}

@Suite("Mann–Whitney test")
struct MannWhitneyTests {
    // scipy.stats.mannwhitneyu(x, y, method='exact')
    static let few: [([Double], [Double], Double)] = [
        (a, b, 0.023230639329710537),
        (b, a, 0.023230639329710537),
        ([1, 2, 3], [4, 5, 6], 0.1),
        ([1, 2, 3, 4], [5, 6, 7, 8], 0.02857142857142857),
        // A tie counts against a difference: U is 1, not 0.5; 2 (1 + 1) of 70 arrangements.
        ([1, 2, 2, 3], [3, 4, 4, 5], 4.0 / 70),
        (a, a, 1),
    ]

    @Test("is exact for few values", arguments: few)
    func exact(x: [Double], y: [Double], p: Double) {
        #expect(isClose(RankTest(x, against: y).p, p))
    }

    @Test(
        "the smallest p is that of two out of all arrangements",
        arguments: [(3, 3, 0.1), (4, 4, 2.0 / 70), (8, 8, 2.0 / 12_870), (1, 9, 0.2)])
    func smallestP(n: Int, m: Int, p: Double) {
        #expect(isClose(MannWhitney.smallestP(n, m), p))
        #expect(isClose(MannWhitney.smallestP(m, n), p))
    }

    // scipy.stats.mannwhitneyu(x, y, method='asymptotic') has 0.2087 with the correction for ties.
    @Test("is otherwise corrected for continuity; there are no ties")
    func approximate() {
        let (x, y) = ((0..<30).map { Double(2 * $0 + 1) }, (0..<30).map { Double(2 * $0 + 7) + 0.5 })
        // U is 351 of 900: z = (450 − 351 − 0.5) / √(900 × 61 / 12).
        #expect(isClose(RankTest(x, against: y).p, 2 * Gauss.upperTail(98.5 / 4_575.0.squareRoot())))
    }

    @Test("equal constants do not differ, nor do samples without values")
    func degenerate() {
        #expect(RankTest([1, 1], against: [1, 1]).p == 1)
        #expect(RankTest([], against: [1]).p == 1)
        #expect(RankTest([], against: [1]).difference() == nil)
    }

    @Test("arrangements add up to n + m over n")
    func arrangements() {
        #expect(MannWhitney.exactCounts(2, 2) == [1, 1, 2, 1, 1])
        #expect(MannWhitney.exactCounts(20, 20).reduce(0, +) == 137_846_528_820)
    }
}

@Suite("Several tests at once")
struct TestFamilyTests {
    @Test("each test has its share of the level, and p is multiplied by their number")
    func adjusted() {
        let family = TestFamily(size: 4, significance: 0.02)
        #expect(family.level == 0.005)
        #expect([0.001, 0.005, 0.3].map(family.adjusted) == [0.004, 0.02, 1])
        #expect(TestFamily(size: 0, significance: 0.02).size == 1)
        #expect(TestFamily(size: 5, significance: 0.02).leastRepeats(SignedRank.smallestP) == 9)
    }
}

@Suite("Difference and ratio of two samples")
struct ShiftTests {
    // numpy.median(numpy.subtract.outer(b, a)); 24th difference from either end, for 2 P(U < 24) = 0.0433 with 10 and
    // 10
    @Test("the median difference and its exact interval")
    func exact() throws {
        let shift = try #require(RankTest(b, against: a).difference())
        #expect(isClose(shift.estimate, 1.4))
        #expect(isClose(shift.low, 0.3))
        #expect(isClose(shift.high, 2.6))
        #expect(isClose(shift.confidence, 1 - 0.04325705254497823))
    }

    // The 24th difference from either end, as without ties.
    @Test("with ties the interval is that of samples without ties, and the test agrees with it")
    func ties() throws {
        let test = RankTest(d, against: c)
        let shift = try #require(test.difference())
        #expect(shift.estimate == 2)
        #expect(shift.low == 0)
        #expect(shift.high == 4)
        #expect(test.p > 0.05)
    }

    @Test("three repeats per side can never show a difference, four can")
    func fewRepeats() throws {
        let three = RankTest([1, 2, 3], against: [7, 8, 9])
        #expect(three.p > 0.05 && three.difference() == nil && three.ratio() == nil)
        let four = RankTest([1, 2, 3, 4], against: [7, 8, 9, 10])
        #expect(four.p < 0.05 && four.isLower)
        #expect(four.difference()?.contains(-6) == true)
    }

    @Test("the ratio is what the baseline may be multiplied by; a value of 0 has none")
    func ratio() throws {
        let ratio = try #require(RankTest([2, 4, 8, 16], against: [1, 2, 4, 8]).ratio())
        #expect(ratio.estimate == 2)
        #expect((ratio.low, ratio.high) == (0.25, 16))
        #expect(RankTest([2, 4, 8, 16], against: [0, 2, 4, 8]).ratio() == nil)
        #expect(try #require(RankTest([4, 5, 6, 7], against: [1, 2, 2, 3]).ratio()).low > 1)
    }
}

@Suite("Tests and intervals agree")
struct RankTestAgreementTests {
    /// Whole numbers from a small range: many ties and zeros; shifted, so that some differ.
    private func sample(_ random: inout SeededGenerator, _ count: Int, shift: UInt64) -> [Double] {
        let (range, scale) = (1 + random.uniform(below: 30), random.uniform(below: 2) == 0 ? 1.0 : 0.1)
        return (0..<count).map { _ in Double(1 + random.uniform(below: range) + shift) * scale }
    }

    @Test("p is below the level if and only if the difference excludes 0 and the ratio excludes 1")
    func agree() {
        var random = SeededGenerator(seed: 11)
        var (found, notFound) = (0, 0)
        for round in 0..<4_000 {
            let count = 4 + Int(random.uniform(below: round.isMultiple(of: 50) ? 60 : 14))
            let before = sample(&random, count, shift: 0)
            let after = sample(&random, count, shift: random.uniform(below: 6))
            let pairs = zip(before, after).map { (baseline: $0, candidate: random.uniform(below: 4) == 0 ? $0 : $1) }
            for test in [RankTest(pairs: pairs), RankTest(after, against: before)] {
                let level = [0.05, 0.02, 0.004, 0.3][Int(random.uniform(below: 4))]
                guard let difference = test.difference(level: level), let ratio = test.ratio(level: level) else {
                    #expect(test.p >= level)
                    continue
                }
                #expect((test.p < level) == !difference.contains(0))
                #expect((test.p < level) == !ratio.contains(1))
                if test.p < level {
                    found += 1
                    #expect(test.isLower == (difference.high < 0) && test.isLower == (ratio.high < 1))
                } else {
                    notFound += 1
                }
            }
        }
        #expect(found > 300 && notFound > 300)
    }

    @Test("without a difference, ties do not raise false alarms")
    func falseAlarms() {
        var random = SeededGenerator(seed: 12)
        let alarms = (0..<1_000).count { _ in
            RankTest(pairs: (0..<9).map { _ in (Double(random.uniform(below: 4)), Double(random.uniform(below: 4))) }).p
                < 0.05
        }
        #expect(alarms <= 50)
    }
}
