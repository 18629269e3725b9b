import ResultFiles

/// Compares two runs of one scenario, case by case: is the candidate better, worse or without a detectable difference?
///
/// Uses only valid times and valid bytes.
package struct FolderComparison: Sendable {
    struct Case: Sendable {
        let caseID: String
        let verdicts: [MetricVerdict]
        /// Missed, duplicate and reordered items.
        let deliveries: [DeliveryVerdict]
        /// Settings that differ although the scenario text is the same.
        let differences: [String]
        /// First times, then bytes.
        let repeats: [Repeats]
    }

    /// Numbers of valid and invalid repeats for times or for bytes: baseline, then candidate.
    struct Repeats: Equatable, Sendable {
        let kind: String
        let valid: [Int]
        let invalid: [Int]

        init(_ kind: String, baseline: [Bool], candidate: [Bool]) {
            self.kind = kind
            valid = [baseline, candidate].map { side in side.count { $0 } }
            invalid = [baseline, candidate].map { side in side.count { !$0 } }
        }
    }

    /// Cases that both folders have.
    let cases: [Case]
    /// The `case_id` of cases that only one folder has.
    let onlyInBaseline: [String]
    let onlyInCandidate: [String]
    /// Whether one run ended before the other began.
    let areConsecutive: Bool
    let names: (baseline: String, candidate: String)
    /// Differences in machine, versions or recordings, one sentence each.
    let warnings: [String]

    /// Reads `summary.csv` of both folders and compares them.
    ///
    /// - Parameters:
    ///   - baseline: Path of the first folder.
    ///   - candidate: Path of the second folder.
    /// - Throws: ``ReportError`` if a file is missing or invalid, or if the scenarios differ.
    package init(baseline: String, candidate: String) throws(ReportError) {
        let (before, after) = (try Self.read(baseline), try Self.read(candidate))
        let warnings = before.manifest.flatMap { first in
            after.manifest.map { RunDifferences.sentences(first, $0) }
        }
        try self.init(
            baseline: before.rows, candidate: after.rows, names: (baseline, candidate), warnings: warnings ?? [])
    }

    /// - Throws: ``ReportError/differentScenarios(_:_:)`` if the scenario texts have different SHA-256.
    init(
        baseline: [SummaryRow], candidate: [SummaryRow], names: (baseline: String, candidate: String),
        warnings: [String] = []
    ) throws(ReportError) {
        self.warnings = warnings
        let scenarios = [baseline, candidate].map { rows in Set(rows.map(\.scenarioSHA256)) }
        guard scenarios[0] == scenarios[1] else {
            throw .differentScenarios(
                Self.scenario(baseline, in: names.baseline), Self.scenario(candidate, in: names.candidate))
        }
        let (before, after) = (Self.results(baseline), Self.results(candidate))
        let afterByID = Dictionary(after.map { ($0.caseID, $0) }) { first, _ in first }
        let beforeIDs = Set(before.map(\.caseID))
        areConsecutive = Self.areConsecutive(baseline.compactMap(\.startedAt), candidate.compactMap(\.startedAt))
        let pairs = before.compactMap { result in afterByID[result.caseID].map { (result, $0) } }
        cases = Self.compare(pairs, areConsecutive: areConsecutive)
        onlyInBaseline = before.map(\.caseID).filter { afterByID[$0] == nil }
        onlyInCandidate = after.map(\.caseID).filter { !beforeIDs.contains($0) }
        self.names = names
    }

    /// Every metric of every case.
    var verdicts: [MetricVerdict] { cases.flatMap(\.verdicts) }
    /// The counts of deliveries of every case.
    var deliveries: [DeliveryVerdict] { cases.flatMap(\.deliveries) }

    private static func read(
        _ directory: String
    ) throws(ReportError) -> (rows: [SummaryRow], manifest: Manifest?) {
        let name = SummaryRow.table.fileName
        let texts = try FolderTexts.read(directory, needed: [name], optional: ["manifest.json"])
        let folder = FolderTexts(texts: texts, directory: directory)
        var cuts: [String] = []
        let rows = try folder.rows(SummaryRow.table, &cuts)
        if rows.isEmpty { throw .noRows(folder.path(name)) }
        return (rows, try folder.manifest(&cuts))
    }

    private static func results(_ rows: [SummaryRow]) -> [CaseResult] {
        Condition.all(in: rows).flatMap(\.cases)
    }

    /// `Results/a (quickstart, sha256 0123456789ab)`.
    private static func scenario(_ rows: [SummaryRow], in folder: String) -> String {
        "\(folder) (\(rows.first?.scenario ?? ""), sha256 \(rows.first?.scenarioSHA256.prefix(12) ?? ""))"
    }

    /// The metrics of all cases form one family, so the verdicts of a case depend on the number of cases.
    private static func compare(_ pairs: [(CaseResult, CaseResult)], areConsecutive: Bool) -> [Case] {
        let counts = pairs.map { before, after in
            ComparedMetric.deliveries.map { MetricSamples($0, baseline: before, candidate: after) }
        }
        let determined = counts.map { $0.map(DeliveryVerdict.init(determined:)) }
        let metrics = pairs.flatMap { before, after in
            ComparedMetric.all.map { MetricSamples($0, baseline: before, candidate: after) }
        }
        let undetermined = zip(counts.joined(), determined.joined()).filter { $1 == nil }.map(\.0)
        let verdicts = ComparisonFamily.verdicts(metrics + undetermined, areConsecutive: areConsecutive)
        var tested = verdicts.dropFirst(metrics.count)[...]
        let count = ComparedMetric.all.count
        return pairs.enumerated().map { index, pair in
            let deliveries = zip(counts[index], determined[index]).compactMap { samples, verdict in
                verdict ?? tested.popFirst().map { DeliveryVerdict(samples, $0) }
            }
            return makeCase(pair.0, pair.1, Array(verdicts[index * count..<(index + 1) * count]), deliveries)
        }
    }

    private static func makeCase(
        _ before: CaseResult, _ after: CaseResult, _ verdicts: [MetricVerdict], _ deliveries: [DeliveryVerdict]
    ) -> Case {
        let (first, second) = (before.settingRow, after.settingRow)
        return Case(
            caseID: before.caseID, verdicts: verdicts, deliveries: deliveries,
            differences: first.flatMap { one in second.map { ComparedSetting.differences(one, $0) } } ?? [],
            repeats: [
                Repeats(
                    "times", baseline: before.rows.map(\.hasValidTimes), candidate: after.rows.map(\.hasValidTimes)),
                Repeats(
                    "bytes", baseline: before.rows.map(\.hasValidBytes), candidate: after.rows.map(\.hasValidBytes)),
            ])
    }

    private static func areConsecutive(_ first: [UTCInstant], _ second: [UTCInstant]) -> Bool {
        guard let firstStart = first.min(), let firstEnd = first.max(), let secondStart = second.min(),
            let secondEnd = second.max()
        else { return false }
        return firstEnd < secondStart || secondEnd < firstStart
    }
}

extension FolderComparison.Case {
    /// Metrics, then counts of deliveries.
    var all: [MetricVerdict] { verdicts + deliveries.map(\.verdict) }
}
