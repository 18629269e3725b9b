import Testing

@testable import Measurement

@Suite("Signed-rank test of Wilcoxon")
struct SignedRankTests {
    @Test(
        "p of scipy.stats.wilcoxon(…, method=\"exact\")",
        arguments: [
            ([1, 2, 3, 4, 5], 0.0625), ([1, 2, 3, 4, 5, 6], 0.03125), ([1, -2, 3, 4, 5, 6], 0.09375),
            ([-1, -2, -3, -4, -5, -6, -7, -8], 0.0078125), ([1, -2, 3, -4, 5, -6, 7, -8], 0.84375),
            ([3], 1), ([-1, 2], 1),
        ] as [([Double], Double)])
    func exact(differences: [Double], p: Double) {
        #expect(abs(RankTest(differences: differences).p - p) < 1e-12)
    }

    @Test("pairs that are equal, or whose differences cancel out, speak against a difference")
    func ties() {
        // Three means of two are 0: 2 P(W ≤ 3) of 8 pairs, 2 · 5 of 256.
        #expect(p([0, 0, 1, 2, 3, 4, 5, 6]) == 10.0 / 256)
        // Nine positive ones and six zeros, of which 21 means are 0; without the zeros p would be 0.004.
        #expect(p([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) > 0.02)
        #expect(p([1, 1]) == 0.5)
        #expect(p([1, -1]) == 1)
        #expect(p([0, 0]) == 1)
        #expect(p([]) == 1)
    }

    private func p(_ differences: [Double]) -> Double { RankTest(differences: differences).p }

    @Test("the approximation is close to the exact distribution at its limit")
    func approximation() {
        let differences = (1...50).map { number -> Double in
            let value = Double(number)
            return number % 3 == 0 ? -value : value
        }
        let exact = RankTest(differences: differences).p
        let more = RankTest(differences: differences + [51]).p
        #expect(abs(exact - more) < 0.01 && more < exact)
        #expect(SignedRank.smallestP(6) == 0.03125)
        #expect(SignedRank.smallestP(0) == 1)
    }

    @Test("the shift is the median of the averages of two, with the interval that the test does not reject")
    func shift() throws {
        let shift = try #require(RankTest(differences: [1, 2, 3, 4, 5, 6]).difference())
        #expect(shift.estimate == 3.5)
        #expect((shift.low, shift.high) == (1, 6))
        #expect(shift.confidence == 1 - 2.0 / 64)
        #expect(RankTest(differences: [1, 2, 3, 4, 5]).difference() == nil)
        #expect(RankTest(differences: []).difference() == nil)
        let more = try #require(RankTest(differences: [-3, 1, 2, 3, 4, 5, 6, 9]).difference())
        #expect((more.low, more.high) == (0, 6.5))
        let many = (1...60).map(Double.init)
        #expect(try #require(RankTest(differences: many).difference()).contains(30.5))
    }

    @Test("equal distributions: at most about 5 of 100 tests have a p below 0.05, and the interval has the true shift")
    func falseAlarms() {
        var random = SeededGenerator(seed: 3)
        var (alarms, misses) = (0, 0)
        for _ in 0..<1_000 {
            let differences = (0..<8).map { _ in Double(random.uniform(below: 1 << 30)) - Double(1 << 29) }
            if RankTest(differences: differences).p < 0.05 { alarms += 1 }
            if RankTest(differences: differences).difference()?.contains(0) != true { misses += 1 }
        }
        // 1,000 × 0.039 is expected at 8 pairs; three standard deviations above.
        #expect(alarms <= 58)
        #expect(misses <= 58)
    }
}

extension RankTest {
    fileprivate init(differences: [Double]) { self.init(pairs: differences.map { (0, $0) }) }
}
