import Expressions
import Measurement
import ResultFiles

/// Compares two cases of one run: is a transport or a server lower or higher than another, or is there no detectable
/// difference?
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
        /// Candidate minus baseline: without 0 if and only if the finding is lower or higher.
        let difference: ConfidenceInterval?
        /// Candidate divided by baseline, likewise without 1; `nil` if a value is not above 0.
        let ratio: ConfidenceInterval?
        /// Adjusted for all metrics of the comparison.
        let p: Double?
        let finding: Finding
    }

    struct Comparison: Sendable {
        /// `replay-host at 100 clients`.
        let condition: String
        /// The same, with the cases if the condition has several pairs.
        let title: String
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
    ///   - baseline: A transport, a label, a server or the id of a case.
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
        let samples = found.map { pair in
            ComparedMetric.all.map { (metric: $0, pairs: Self.pairs($0, pair.before, pair.after)) }
        }
        let family = Family(samples.flatMap { metrics in metrics.map { $0.pairs } })
        tests = family.tests.size
        comparisons = zip(found, samples).map { pair, metrics in
            Comparison(
                condition: pair.condition, title: pair.title, cases: (pair.before.caseID, pair.after.caseID),
                metrics: metrics.map { Metric($0.metric, $0.pairs, in: family) })
        }
    }

    private typealias Pair = (condition: String, title: String, before: CaseResult, after: CaseResult)

    /// The two cases under each condition that has both.
    private static func pairs(
        _ rows: [SummaryRow], _ baseline: String, _ candidate: String, in directory: String
    ) throws(ReportError) -> [Pair] {
        let conditions = Condition.all(in: rows)
        let all = conditions.flatMap(\.cases)
        for name in [baseline, candidate] where !all.contains(where: { $0.isNamed(name) }) {
            throw .noCase(name, directory, known: all.flatMap(\.shortNames))
        }
        var found: [Pair] = []
        for condition in conditions {
            let pairs = try Self.pairs(in: condition, baseline, candidate)
            for (before, after) in pairs {
                let names = pairs.count > 1 ? ": \(after.label) against \(before.label)" : ""
                found.append((condition.phrase, condition.phrase + names, before, after))
            }
        }
        // Cases under different conditions only by their ids.
        if found.isEmpty, let before = all.first(where: { $0.caseID == baseline }),
            let after = all.first(where: { $0.caseID == candidate }), before.caseID != after.caseID
        {
            found = [("different conditions", "different conditions", before, after)]
        }
        if found.isEmpty { throw .incomparable(baseline, candidate) }
        return found
    }

    /// The pairs that two names mean under a condition. Of several servers, the cases of a pair have the same server or
    /// the same transport.
    private static func pairs(
        in condition: Condition, _ baseline: String, _ candidate: String
    ) throws(ReportError) -> [(CaseResult, CaseResult)] {
        var sides: [[CaseResult]] = []
        for name in [baseline, candidate] {
            let named = condition.cases.filter { $0.isNamed(name) }
            // A server has several transports, but a transport has one case per server.
            for server in named.map(\.server).distinct() where server.isEmpty || server != name {
                let own = named.filter { $0.server == server }
                if own.count > 1 { throw .severalCases(name, own.map(\.caseID)) }
            }
            sides.append(named)
        }
        // Names with the server and the transport can be compared in any case.
        let areFull = zip(sides, [baseline, candidate]).allSatisfy { side, name in
            side.allSatisfy { $0.namedCase.isNamedFully(name) }
        }
        return sides[0].flatMap { before in
            sides[1].filter { after in
                before.caseID != after.caseID
                    && (areFull || before.namedCase.differsInOneWay(from: after.namedCase))
            }.map { (before, $0) }
        }
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
        let tests: TestFamily

        init(_ samples: [[(baseline: Double, candidate: Double)]]) {
            // Metrics that do not differ in any repeat cannot raise a false alarm.
            let size = samples.count { pairs in pairs.contains { $0.baseline != $0.candidate } }
            tests = TestFamily(size: size, significance: ComparisonFamily.significance)
        }

        /// The smallest number of repeats that can show a difference with this number of metrics.
        var minimumRepeats: Int { tests.leastRepeats(SignedRank.smallestP) }
    }
}

extension PairedComparison.Metric {
    init(
        _ metric: ComparedMetric, _ pairs: [(baseline: Double, candidate: Double)], in family: PairedComparison.Family
    ) {
        self.metric = metric
        self.pairs = pairs
        if let before = Quantile.median(of: pairs.map(\.baseline)),
            let after = Quantile.median(of: pairs.map(\.candidate))
        {
            medians = (before, after)
        } else {
            medians = nil
        }
        let (test, level) = (RankTest(pairs: pairs), family.tests.level)
        difference = test.difference(level: level)
        ratio = test.ratio(level: level)
        let differs = pairs.contains { $0.baseline != $0.candidate }
        let isPossible = SignedRank.smallestP(pairs.count) < level
        p = differs && isPossible ? family.tests.adjusted(test.p) : nil
        if pairs.isEmpty {
            finding = .notMeasured
        } else if !differs {
            finding = .noDetectableDifference
        } else if !isPossible {
            finding = .tooFewRepeats(pairs: pairs.count, needed: family.minimumRepeats)
        } else {
            finding = test.p < level ? (test.isLower ? .lower : .higher) : .noDetectableDifference
        }
    }
}

extension CaseResult {
    /// Whether a name on the command line means this case.
    fileprivate func isNamed(_ name: String) -> Bool { namedCase.isNamed(name) }

    fileprivate var shortNames: [String] { [variant.isEmpty ? transport : variant, server].filter { !$0.isEmpty } }
}
