/// `report.md`.
enum MarkdownReport {
    static func text(_ folder: ReportFolder) -> String {
        var parts = ["# \(folder.scenario.markdownEscaped)\n"]
        parts += folder.question.map { ["*\($0.markdownEscaped)*\n"] } ?? []
        parts += RunFacts.warnings(folder).map { "**\($0.markdownEscaped)**\n" }
        parts += AnswerSentence.all(folder).map { $0.markdownEscaped + "\n" }
        for condition in folder.conditions {
            parts.append("## \(condition.title.markdownEscaped)\n")
            parts.append(ResultTableText.markdown(TableCells(condition)))
        }
        parts += drafts(folder)
        for plot in Plots.all(folder) {
            parts.append("## \(plot.title)\n\n![\(plot.title)](\(plot.fileName))\n")
            parts.append(plot.caption.markdownEscaped + "\n")
        }
        return (parts + claims(folder) + facts(folder)).joined(separator: "\n")
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
        guard !folder.claims.isEmpty else { return [] }
        let rows = folder.claims.map { row(ClaimCells($0).cells) }
        let rule = "|" + String(repeating: ":--|", count: ClaimCells.headings.count)
        return ["## Published claims\n", ([row(ClaimCells.headings), rule] + rows).joined(separator: "\n") + "\n"]
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
