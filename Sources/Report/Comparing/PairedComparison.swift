import Expressions
import Measurement
import ResultFiles

/// Compares two cases of one run: is a transport lower or higher than another, or is there no detectable difference?
///
/// Both cases of a repeat have the same items at the same times and the same machine, so repeats are pairs: a two-sided
/// signed-rank test (Wilcoxon) of their differences. All metrics under all conditions are judged together.
package struct PairedComparison: Sendable {
    /// One metric under one condition.
    struct Metric: Sendable {
        enum Finding: Sendable, Equatable {
            case lower, higher, noDetectableDifference, notMeasured
            case tooFewRepeats(pairs: Int, needed: Int)
        }

        let metric: ComparedMetric
        /// Baseline and candidate of the repeats in which both are valid.
        let pairs: [(baseline: Double, candidate: Double)]
        /// `nil` if nothing was measured.
        let medians: (baseline: Double, candidate: Double)?
        /// Candidate minus baseline.
        let difference: ConfidenceInterval?
        /// Candidate divided by baseline; `nil` if a value is not above 0.
        let ratio: ConfidenceInterval?
        /// Adjusted for all metrics of the comparison.
        let p: Double?
        let finding: Finding
    }

    struct Comparison: Sendable {
        /// `replay-host at 100 clients`.
        let condition: String
        /// Their `case_id`.
        let cases: (baseline: String, candidate: String)
        let metrics: [Metric]
    }

    let directory: String
    let run: (id: String, scenario: String)
    let baseline: String
    let candidate: String
    let comparisons: [Comparison]
    /// Number of metrics that are judged together.
    let tests: Int

    /// - Parameters:
    ///   - directory: Folder of the run.
    ///   - baseline: A transport, a label or the id of a case.
    ///   - candidate: Another one.
    /// - Throws: ``ReportError`` if a file is missing or invalid, or if a name is that of no case or of several.
    package init(directory: String, baseline: String, candidate: String) throws(ReportError) {
        let folder = try ReportFolder(directory: directory)
        try self.init(folder.summary, directory: directory, baseline: baseline, candidate: candidate)
    }

    init(
        _ rows: [SummaryRow], directory: String, baseline: String, candidate: String
    ) throws(ReportError) {
        (self.directory, self.baseline, self.candidate) = (directory, baseline, candidate)
        run = (rows.first?.runID ?? "", rows.first?.scenario ?? "")
        let found = try Self.pairs(rows, baseline, candidate, in: directory)
        let samples = found.map { condition, before, after in
            (
                condition, (baseline: before.caseID, candidate: after.caseID),
                ComparedMetric.all.map { ($0, Self.pairs($0, before, after)) }
            )
        }
        let family = Family(samples.flatMap { $0.2.map(\.1) })
        tests = family.size
        var index = 0
        var comparisons: [Comparison] = []
        for (condition, cases, metrics) in samples {
            var judged: [Metric] = []
            for (metric, pairs) in metrics {
                judged.append(Metric(metric, pairs, in: family, number: index))
                index += 1
            }
            comparisons.append(Comparison(condition: condition, cases: cases, metrics: judged))
        }
        self.comparisons = comparisons
    }

    /// The two cases under each condition that has both.
    private static func pairs(
        _ rows: [SummaryRow], _ baseline: String, _ candidate: String, in directory: String
    ) throws(ReportError) -> [(condition: String, CaseResult, CaseResult)] {
        let conditions = Condition.all(in: rows)
        let all = conditions.flatMap(\.cases)
        for name in [baseline, candidate] where !all.contains(where: { $0.isNamed(name) }) {
            throw .noCase(name, directory, known: all.map(\.shortNames))
        }
        var found: [(condition: String, CaseResult, CaseResult)] = []
        for condition in conditions {
            var sides: [CaseResult] = []
            for name in [baseline, candidate] {
                let named = condition.cases.filter { $0.isNamed(name) }
                if named.count > 1 { throw .severalCases(name, named.map(\.caseID)) }
                sides += named
            }
            if sides.count == 2, sides[0].caseID != sides[1].caseID {
                found.append((condition.phrase, sides[0], sides[1]))
            }
        }
        // Cases under different conditions only by their ids.
        if found.isEmpty, let before = all.first(where: { $0.caseID == baseline }),
            let after = all.first(where: { $0.caseID == candidate }), before.caseID != after.caseID
        {
            found = [("different conditions", before, after)]
        }
        if found.isEmpty { throw .incomparable(baseline, candidate) }
        return found
    }

    /// The values of the repeats in which both cases are valid.
    static func pairs(
        _ metric: ComparedMetric, _ before: CaseResult, _ after: CaseResult
    ) -> [(baseline: Double, candidate: Double)] {
        let others = Dictionary(after.usableRows(metric).map { ($0.repetition, $0) }) { first, _ in first }
        return before.usableRows(metric).compactMap { row in
            guard let one = metric.value(row), let other = others[row.repetition].flatMap(metric.value) else {
                return nil
            }
            return (one, other)
        }
    }

    /// All metrics of the comparison, to limit false alarms over all of them.
    struct Family {
        let size: Int
        private let adjusted: [Int: Double]

        init(_ samples: [[(baseline: Double, candidate: Double)]]) {
            let differences = samples.map { $0.map { $0.candidate - $0.baseline } }
            let tested = differences.indices.filter { differences[$0].contains { $0 != 0 } }
            size = max(1, tested.count)
            let possible = tested.filter { [size] in
                SignedRank.smallestP(differences[$0].count) * Double(size) < ComparisonFamily.significance
            }
            adjusted = Dictionary(
                uniqueKeysWithValues: zip(possible, Holm.adjusted(possible.map { SignedRank(differences[$0]).p })))
        }

        /// The smallest number of repeats that can show a difference with this number of metrics.
        var minimumRepeats: Int {
            (1...).first { SignedRank.smallestP($0) * Double(size) < ComparisonFamily.significance } ?? 1
        }

        /// The confidence of each interval, so that all together have the confidence of the comparison (Bonferroni).
        var confidence: Double { 1 - ComparisonFamily.significance / Double(size) }

        func p(_ number: Int) -> Double? { adjusted[number] }
    }
}

extension PairedComparison.Metric {
    init(
        _ metric: ComparedMetric, _ pairs: [(baseline: Double, candidate: Double)], in family: PairedComparison.Family,
        number: Int
    ) {
        self.metric = metric
        self.pairs = pairs
        let differences = pairs.map { $0.candidate - $0.baseline }
        if let before = Quantile.median(of: pairs.map(\.baseline)),
            let after = Quantile.median(of: pairs.map(\.candidate))
        {
            medians = (before, after)
        } else {
            medians = nil
        }
        difference = SignedRank.shift(differences, confidence: family.confidence)
        ratio = SignedRank.ratio(pairs, confidence: family.confidence)
        p = family.p(number)
        if pairs.isEmpty {
            finding = .notMeasured
        } else if differences.allSatisfy({ $0 == 0 }) {
            finding = .noDetectableDifference
        } else if let p {
            let isLower = SignedRank(differences).isNegative
            finding = p < ComparisonFamily.significance ? (isLower ? .lower : .higher) : .noDetectableDifference
        } else {
            finding = .tooFewRepeats(pairs: pairs.count, needed: family.minimumRepeats)
        }
    }
}

extension CaseResult {
    /// Whether a name on the command line means this case.
    fileprivate func isNamed(_ name: String) -> Bool {
        NamedCase(id: caseID, transport: transport, variant: variant).isNamed(name)
    }

    fileprivate var shortNames: String { variant.isEmpty ? transport : variant }
}
