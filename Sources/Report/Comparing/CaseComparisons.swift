import Expressions
import Measurement
import ResultFiles

/// All pairs of comparable cases of one run, for `comparisons.csv`.
///
/// The pairs of one condition are judged together, for each metric by itself: more cases need more repeats. Of several
/// servers, a pair has the same server or the same transport.
enum CaseComparisons {
    /// More cases under one condition are not compared pair by pair.
    static let maximumCases = 16

    /// - Returns: A row per metric and pair, in the order of the report; empty if no pair has enough repeats for a
    ///   verdict.
    static func rows(_ folder: ReportFolder) -> [ComparisonRow] {
        let rows = folder.conditions.filter { $0.cases.count <= maximumCases }.flatMap { condition in
            ComparedMetric.all.flatMap { self.rows($0, condition) }
        }
        let identified = rows.map { row in
            var row = row
            (row.runID, row.scenario) = (folder.summary.first?.runID ?? "", folder.scenario)
            return row
        }
        return rows.contains { $0.p != nil } ? identified : []
    }

    private static func rows(_ metric: ComparedMetric, _ condition: Condition) -> [ComparisonRow] {
        let cases = condition.cases
        let pairs = cases.indices.flatMap { first in
            cases[(first + 1)...].filter { cases[first].namedCase.differsInOneWay(from: $0.namedCase) }
                .map { (cases[first], $0, PairedComparison.pairs(metric, cases[first], $0)) }
        }.filter { !$0.2.isEmpty }
        let family = PairedComparison.Family(pairs.map(\.2))
        return pairs.map { pair in
            let result = PairedComparison.Metric(metric, pair.2, in: family)
            var row = ComparisonRow(result, .pairs, tests: family.tests.size)
            row.condition = condition.phrase
            (row.baseline, row.candidate) = (pair.0.caseID, pair.1.caseID)
            return row
        }
    }
}

extension ComparisonRow {
    init(_ metric: PairedComparison.Metric, _ family: Family, tests: Int) {
        self.init()
        self.family = family.rawValue
        self.metric = metric.metric.name
        unit = SummaryRow.unit(of: metric.metric.name)
        pairs = metric.pairs.count
        (baselineMedian, candidateMedian) = (metric.medians?.baseline, metric.medians?.candidate)
        (difference, differenceLow, differenceHigh) = metric.difference.ends
        (ratio, ratioLow, ratioHigh) = metric.ratio.ends
        self.tests = tests
        p = metric.p
        switch metric.finding {
        case .lower: verdict = Verdict.lower.rawValue
        case .higher: verdict = Verdict.higher.rawValue
        case .noDetectableDifference: verdict = Verdict.noDetectableDifference.rawValue
        case .tooFewRepeats, .notMeasured: verdict = Verdict.tooFewRepeats.rawValue
        }
    }
}

extension ConfidenceInterval? {
    var ends: (estimate: Double?, low: Double?, high: Double?) { (self?.estimate, self?.low, self?.high) }
}

extension PairedComparison {
    /// With the columns of `comparisons.csv`, but all metrics and conditions of the two cases are judged together.
    var rows: [ComparisonRow] {
        comparisons.flatMap { comparison in
            comparison.metrics.map { metric in
                var row = ComparisonRow(metric, .metrics, tests: tests)
                (row.runID, row.scenario, row.condition) = (run.id, run.scenario, comparison.condition)
                (row.baseline, row.candidate) = (comparison.cases.baseline, comparison.cases.candidate)
                return row
            }
        }
    }
}
