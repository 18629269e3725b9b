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
    static let few: [([Double], [Double], Double, Double)] = [
        (a, b, 20, 0.023230639329710537),
        (b, a, 80, 0.023230639329710537),
        ([1, 2, 3], [4, 5, 6], 0, 0.1),
        ([1, 2, 3, 4], [5, 6, 7, 8], 0, 0.02857142857142857),
        // With ties: all choices of a side by itertools.combinations, with midranks.
        (c, d, 26.5, 0.07851436489207388),
        (a, a, 50, 1),
        ([1, 2, 2, 3], [3, 4, 4, 5], 0.5, 0.05714285714285714),
    ]

    @Test("is exact for few values", arguments: few)
    func exact(x: [Double], y: [Double], u: Double, p: Double) throws {
        let test = try #require(MannWhitney(x, y))
        #expect(test.isExact)
        #expect(test.u == u)
        #expect(isClose(test.p, p))
    }

    @Test(
        "the smallest p is that of two out of all arrangements",
        arguments: [(3, 3, 0.1), (4, 4, 2.0 / 70), (8, 8, 2.0 / 12_870), (1, 9, 0.2)])
    func smallestP(n: Int, m: Int, p: Double) {
        #expect(isClose(MannWhitney.smallestP(n, m), p))
        #expect(isClose(MannWhitney.smallestP(m, n), p))
    }

    // scipy.stats.mannwhitneyu(x, y, method='asymptotic')
    static let many: [([Double], [Double], Double, Double)] = [
        ((0..<30).map { Double(2 * $0 + 1) }, (0..<30).map { Double(2 * $0 + 7) }, 364.5, 0.20870011734931715)
    ]

    @Test("is otherwise corrected for ties and continuity", arguments: many)
    func approximate(x: [Double], y: [Double], u: Double, p: Double) throws {
        let test = try #require(MannWhitney(x, y))
        #expect(!test.isExact)
        #expect(test.u == u)
        #expect(isClose(test.p, p))
    }

    @Test("equal constants do not differ; an empty sample gives no test")
    func degenerate() {
        #expect(MannWhitney([1, 1], [1, 1])?.p == 1)
        #expect(MannWhitney([], [1]) == nil)
    }

    @Test("arrangements add up to n + m over n")
    func arrangements() {
        #expect(MannWhitney.exactCounts(2, 2) == [1, 1, 2, 1, 1])
        #expect(MannWhitney.exactCounts(20, 20).reduce(0, +) == 137_846_528_820)
    }
}

@Suite("Several tests at once")
struct HolmTests {
    // statsmodels.stats.multitest.multipletests([0.01, 0.04, 0.03, 0.005], method='holm')
    @Test("each p is multiplied by the number of remaining tests, and the order is kept")
    func adjusted() {
        let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005])
        for (left, right) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(isClose(left, right)) }
        #expect(Holm.adjusted([0.7, 0.6]) == [1, 1])
        #expect(Holm.adjusted([0.04]) == [0.04])
        #expect(Holm.adjusted([]) == [])
    }
}

@Suite("Shift and verdict")
struct ShiftTests {
    // numpy.median(numpy.subtract.outer(b, a)); 24th difference from either end, for 2 P(U < 24) = 0.0433 with 10 and
    // 10
    @Test("the median difference and its exact interval")
    func exact() throws {
        let shift = try #require(HodgesLehmann.shift(of: b, against: a))
        #expect(isClose(shift.estimate, 1.4))
        #expect(isClose(shift.low, 0.3))
        #expect(isClose(shift.high, 2.6))
        #expect(isClose(shift.confidence, 1 - 0.04325705254497823))
    }

    // The 24th difference from either end, as without ties.
    @Test("with ties the interval is that of samples without ties")
    func ties() throws {
        let shift = try #require(HodgesLehmann.shift(of: d, against: c))
        #expect(shift.estimate == 2)
        #expect(shift.low == 0)
        #expect(shift.high == 4)
    }

    @Test("three repeats per side can never show a difference, four can")
    func fewRepeats() throws {
        let three = try #require(Comparison(of: [1, 2, 3], against: [7, 8, 9], preferring: .lower))
        #expect(three.verdict == .noDetectableDifference)
        #expect(three.shift == nil && three.ratio == nil)
        let four = try #require(Comparison(of: [1, 2, 3, 4], against: [7, 8, 9, 10], preferring: .lower))
        #expect(four.verdict == .better)
        #expect(four.shift?.contains(-6) == true)
    }

    // numpy.exp of the median and of the 1st and 16th of numpy.subtract.outer(numpy.log(y), numpy.log(x))
    @Test("the ratio is the shift of the logarithms; a value of 0 has none")
    func ratio() throws {
        let ratio = try #require(HodgesLehmann.ratio(of: [2, 4, 8, 16], to: [1, 2, 4, 8]))
        #expect(isClose(ratio.estimate, 2))
        #expect(isClose(ratio.low, 0.25) && isClose(ratio.high, 16))
        #expect(HodgesLehmann.ratio(of: [2, 4, 8, 16], to: [0, 2, 4, 8]) == nil)
    }

    @Test("the preference decides between better and worse")
    func preference() {
        #expect(Comparison(of: b, against: a, preferring: .lower)?.verdict == .worse)
        #expect(Comparison(of: b, against: a, preferring: .higher)?.verdict == .better)
        #expect(Comparison(of: c, against: d, preferring: .lower)?.verdict == .noDetectableDifference)
        #expect(Comparison(of: [], against: d, preferring: .lower) == nil)
    }
}
