/// `report.md`.
enum MarkdownReport {
    static func text(_ folder: ReportFolder, _ plots: [Plot]) -> String {
        var parts = ["# \(folder.scenario.markdownEscaped)\n"]
        parts += folder.question.map { ["*\($0.markdownEscaped)*\n"] } ?? []
        parts += RunFacts.warnings(folder).map { "**\($0.markdownEscaped)**\n" }
        parts += AnswerSentence.all(folder).map { $0.markdownEscaped + "\n" }
        parts += plots.filter(\.isAlongAxis).flatMap(figure) + ClaimBlocks.markdown(folder.claims) + checks(folder)
        let topics = QuestionTopics(folder.question)
        for (condition, below) in zip(folder.conditions, AnswerSentence.below(folder)) {
            parts.append("## \(condition.heading.markdownEscaped)\n")
            parts.append(ResultTableText.markdown(TableCells(condition, topics: topics)))
            parts += below.map { [$0.text.markdownEscaped + "\n"] } ?? []
        }
        parts += comparisons(folder) + drafts(folder) + scale(folder)
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
            "## \(PredictionCells.title)\n", MarkdownTable.text(PredictionCells.headings, rows),
            PredictionCells.note.markdownEscaped + "\n",
        ]
    }

    private static func drafts(_ folder: ReportFolder) -> [String] {
        let tables = DraftTable.all(folder)
        guard !tables.isEmpty else { return [] }
        let words = String(repeating: ":--|", count: DraftTable.wordColumns)
        let rule = "|" + words + String(repeating: "--:|", count: DraftTable.headings.count - DraftTable.wordColumns)
        let blocks = tables.map { table in
            let lines = [MarkdownTable.row(DraftTable.headings), rule] + table.rows.map(MarkdownTable.row)
            return table.caption.markdownEscaped + "\n\n" + lines.joined(separator: "\n") + "\n"
        }
        return ["## \(DraftTable.title)\n"] + blocks + [DraftTable.note.markdownEscaped + "\n"]
    }

    private static func comparisons(_ folder: ReportFolder) -> [String] {
        let tables = ComparisonTable.all(folder).map {
            "\($0.caption.markdownEscaped)\n\n" + MarkdownTable.text($0.headings, $0.rows)
        }
        if tables.isEmpty { return [] }
        return ["## \(ComparisonTable.title)\n"] + tables + [ComparisonTable.note.markdownEscaped + "\n"]
    }

    private static func scale(_ folder: ReportFolder) -> [String] {
        let tables = ScaleTable.all(folder).map {
            "\($0.caption.markdownEscaped)\n\n" + MarkdownTable.text(ScaleTable.headings, $0.rows)
        }
        if tables.isEmpty { return [] }
        return ["## \(ScaleTable.title)\n"] + tables + [ScaleTable.note.markdownEscaped + "\n"]
    }

    private static func checks(_ folder: ReportFolder) -> [String] {
        let rows = folder.checks.map { CheckCells($0).cells }
        if rows.isEmpty { return [] }
        return [
            "## Conditions on the results\n", MarkdownTable.text(CheckCells.headings, rows),
            CheckCells.note.markdownEscaped + "\n",
        ]
    }

    private static func facts(_ folder: ReportFolder) -> [String] {
        let (groups, notes) = (RunFacts.groups(folder), RunFacts.notes(folder))
        guard !groups.isEmpty || !notes.isEmpty else { return [] }
        let tables = groups.map { group in
            let facts = group.facts.map { MarkdownTable.row([$0.name, $0.value]) }
            return (["| \(group.title.markdownEscaped) | |", "|:--|:--|"] + facts).joined(separator: "\n") + "\n"
        }
        return ["## Run details\n"] + notes.map { $0.markdownEscaped + "\n" } + tables
    }
}
