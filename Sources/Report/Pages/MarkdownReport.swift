/// `report.md`.
enum MarkdownReport {
    static func text(_ folder: ReportFolder, _ plots: [Plot]) -> String {
        var parts = ["# \(folder.scenario.markdownEscaped)\n"]
        parts += folder.question.map { ["*\($0.markdownEscaped)*\n"] } ?? []
        parts += RunFacts.warnings(folder).map { "**\($0.markdownEscaped)**\n" }
        parts += AnswerSentence.all(folder).map { $0.markdownEscaped + "\n" }
        parts += plots.filter(\.isAlongAxis).flatMap(figure) + claims(folder) + checks(folder)
        for (condition, below) in zip(folder.conditions, AnswerSentence.below(folder)) {
            parts.append("## \(condition.heading.markdownEscaped)\n")
            parts.append(ResultTableText.markdown(TableCells(condition)))
            parts += below.map { [$0.text.markdownEscaped + "\n"] } ?? []
        }
        parts += comparisons(folder) + drafts(folder)
        parts += plots.filter { !$0.isAlongAxis }.flatMap(figure) + predictions(folder)
        return (parts + facts(folder)).joined(separator: "\n")
    }

    private static func figure(_ plot: Plot) -> [String] {
        [
            "## \(plot.title)\n\n![\(plot.title)](\(plot.fileName))\n",
            plot.caption.markdownEscaped + " Data: [\(plot.dataFileName)](\(plot.dataFileName)).\n",
        ]
    }

    private static func predictions(_ folder: ReportFolder) -> [String] {
        let rows = PredictionCells.all(folder).map(\.cells)
        if rows.isEmpty { return [] }
        return [
            "## \(PredictionCells.title)\n", table(PredictionCells.headings, rows),
            PredictionCells.note.markdownEscaped + "\n",
        ]
    }

    private static func drafts(_ folder: ReportFolder) -> [String] {
        let tables = DraftTable.all(folder)
        guard !tables.isEmpty else { return [] }
        let words = String(repeating: ":--|", count: DraftTable.wordColumns)
        let rule = "|" + words + String(repeating: "--:|", count: DraftTable.headings.count - DraftTable.wordColumns)
        let blocks = tables.map { table in
            let lines = [row(DraftTable.headings), rule] + table.rows.map(row)
            return table.caption.markdownEscaped + "\n\n" + lines.joined(separator: "\n") + "\n"
        }
        return ["## \(DraftTable.title)\n"] + blocks + [DraftTable.note.markdownEscaped + "\n"]
    }

    private static func claims(_ folder: ReportFolder) -> [String] {
        let rows = folder.claims.map { ClaimCells($0).cells }
        return rows.isEmpty ? [] : ["## Published claims\n", table(ClaimCells.headings, rows)]
    }

    private static func comparisons(_ folder: ReportFolder) -> [String] {
        let tables = ComparisonTable.all(folder).map {
            "\($0.caption.markdownEscaped)\n\n" + table($0.headings, $0.rows)
        }
        if tables.isEmpty { return [] }
        return ["## \(ComparisonTable.title)\n"] + tables + [ComparisonTable.note.markdownEscaped + "\n"]
    }

    private static func checks(_ folder: ReportFolder) -> [String] {
        let rows = folder.checks.map { CheckCells($0).cells }
        if rows.isEmpty { return [] }
        return [
            "## Conditions on the results\n", table(CheckCells.headings, rows), CheckCells.note.markdownEscaped + "\n",
        ]
    }

    private static func table(_ headings: [String], _ rows: [[String]]) -> String {
        let rule = "|" + String(repeating: ":--|", count: headings.count)
        return ([row(headings), rule] + rows.map(row)).joined(separator: "\n") + "\n"
    }

    private static func facts(_ folder: ReportFolder) -> [String] {
        let groups = RunFacts.groups(folder)
        guard !groups.isEmpty else { return [] }
        let tables = groups.map { group in
            (["| \(group.title.markdownEscaped) | |", "|:--|:--|"] + group.facts.map { row([$0.name, $0.value]) })
                .joined(separator: "\n") + "\n"
        }
        return ["## Run details\n"] + tables
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map(\.markdownEscaped).joined(separator: " | ") + " |"
    }
}
