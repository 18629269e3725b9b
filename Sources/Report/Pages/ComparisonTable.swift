import ResultFiles

/// The pairs of cases of one condition: one row per pair, one column per metric.
struct ComparisonTable {
    static let title = "Comparisons of cases"
    static let note =
        "Candidate compared with baseline, paired by repeat: verdict of a signed-rank test (Wilcoxon) adjusted for all "
        + "pairs of the column (Bonferroni), then the ratio of both (Hodges–Lehmann) with the interval that this test "
        + "does not reject: without 1 if the verdict is lower or higher. It holds for all pairs of a column together "
        + "with \(ComparisonFamily.confidenceText), not for all columns. comparisons.csv also has the differences and "
        + "p."

    let caption: String
    let headings: [String]
    let rows: [[String]]

    /// One table per condition that has comparisons; empty without enough repeats.
    static func all(_ folder: ReportFolder) -> [ComparisonTable] {
        let labels = Dictionary(
            folder.conditions.flatMap(\.cases).map { ($0.caseID, $0.label) }, uniquingKeysWith: { first, _ in first })
        let rows = folder.comparisons
        let groups = Dictionary(grouping: rows, by: \.condition)
        return folder.conditions.compactMap { condition in
            groups[condition.phrase].map { ComparisonTable(condition, $0, labels) }
        }
    }

    private init(_ condition: Condition, _ rows: [ComparisonRow], _ labels: [String: String]) {
        let metrics = ComparedMetric.all.filter { metric in rows.contains { $0.metric == metric.name } }
        var pairs: [[String]] = []
        for row in rows where !pairs.contains([row.baseline, row.candidate]) {
            pairs.append([row.baseline, row.candidate])
        }
        caption = condition.heading
        headings = ["candidate compared with baseline"] + metrics.map(\.name)
        self.rows = pairs.map { pair in
            let names = pair.map { labels[$0] ?? $0 }
            let cells = metrics.map { metric in
                let row = rows.first { $0.metric == metric.name && [$0.baseline, $0.candidate] == pair }
                return row.map(Self.cell) ?? Figure.missing
            }
            return ["\(names[1]) compared with \(names[0])"] + cells
        }
    }

    /// `lower: 0.61 times (0.55 to 0.70)`.
    private static func cell(_ row: ComparisonRow) -> String {
        guard let ratio = row.ratio, row.verdict != ComparisonRow.Verdict.tooFewRepeats.rawValue else {
            return row.verdict
        }
        let ends = [row.ratioLow, row.ratioHigh].compactMap { $0.map(Figure.ratio) }
        let interval = ends.count == 2 ? " (\(ends[0]) to \(ends[1]))" : ""
        return "\(row.verdict): \(Figure.ratio(ratio)) times\(interval)"
    }
}
