import Measurement
import ResultFiles

extension SweepQuantity {
    /// Whether one case is above another by more than noise: paired by repeat, since both have the same items there.
    ///
    /// A signed-rank test decides, at the level of all comparisons that are judged together. Bytes that are the same in
    /// all repeats, or of a single repeat, need none. Where the pairs are too few for the test, all of them must agree,
    /// and times of fewer than 3 must differ by a quarter; then ``judged(_:_:)`` says that nothing was tested. Medians
    /// less than 1 % apart are not worth a sentence.
    func isClearlyAbove(_ one: CaseResult, _ other: CaseResult) -> Bool {
        let pick = { (result: CaseResult) in (isOfTimes ? result.times : result.bytes).rows }
        let others = Dictionary(pick(other).map { ($0.repetition, $0) }) { first, _ in first }
        let pairs = pick(one).compactMap { row -> (baseline: Double, candidate: Double)? in
            guard let own = value(row), let its = others[row.repetition].flatMap(value) else { return nil }
            return (its, own)
        }
        guard let own = Quantile.median(of: pairs.map(\.candidate)),
            let its = Quantile.median(of: pairs.map(\.baseline)), own > its * Self.leastRatio
        else { return false }
        if isDetermined(pairs.map(\.candidate)), isDetermined(pairs.map(\.baseline)) { return true }
        if canTest(pairs.count) {
            let test = RankTest(pairs: pairs)
            return test.p < family.level && !test.isLower
        }
        let factor = isOfTimes && pairs.count < 3 ? 1.25 : 1
        return pairs.allSatisfy { $0.candidate > $0.baseline * factor }
    }

    private var family: TestFamily { TestFamily(size: tests, significance: ComparisonFamily.significance) }

    /// Whether this number of pairs can be significant.
    func canTest(_ pairs: Int) -> Bool { SignedRank.smallestP(pairs) < family.level }

    /// Bytes repeat; times do not.
    func isDetermined(_ values: [Double]) -> Bool { !isOfTimes && Set(values).count == 1 }
}
