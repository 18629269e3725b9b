import Measurement

/// The result table as text, one block per condition.
package enum ResultTableText {
    /// The widest line, in characters.
    package static let maximumColumns = 110
    /// The width where there is no terminal.
    package static let standardColumns = 80

    /// Formats the table for a terminal, with aligned columns.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - histograms: Merged delays of all repeats of a case, by `case_id`. Without a histogram, the table shows the
    ///     median of the repeats' percentiles, with a note. Percentiles are never averaged.
    ///   - columns: Width of the terminal. Remarks wrap at this width. If the numbers do not fit, the least important
    ///     columns are left out, with a note.
    /// - Returns: Lines that end in a line feed.
    package static func terminal(
        _ folder: ReportFolder, histograms: [String: LatencyHistogram] = [:], columns: Int = standardColumns
    ) -> String {
        let columns = min(columns, maximumColumns)
        let topics = QuestionTopics(folder.question)
        let tables = folder.conditions.map { TableCells($0, histograms: histograms, topics: topics) }
        let blocks = tables.map { block($0, columns: columns) }
        return (blocks + omission(tables, columns: columns)).joined(separator: "\n")
    }

    /// One Markdown table per condition.
    static func markdown(_ folder: ReportFolder) -> String {
        let topics = QuestionTopics(folder.question)
        return folder.conditions.map { markdown(TableCells($0, topics: topics)) }.joined(separator: "\n")
    }

    static func block(_ table: TableCells, columns: Int = maximumColumns) -> String {
        let shown = TableLayout.fitting(table, columns: columns)
        let layout = TableLayout(table, shown: shown, columns: columns)
        var lines = WrappedText.lines(table.title, columns: columns, hanging: 2) + layout.headings
        for row in table.rows {
            lines += layout.lines(mark: row.mark, row.cells)
            lines += row.remarks.flatMap { wrapped($0, indent: 4, columns: columns) }
        }
        lines += table.notes.flatMap { wrapped($0, indent: 2, columns: columns) }
        return lines.map { $0.trimmingTrailingSpaces + "\n" }.joined()
    }

    /// A paragraph with the columns that did not fit; empty if all did.
    private static func omission(_ tables: [TableCells], columns: Int) -> [String] {
        let titles = tables.flatMap { table in
            let shown = TableLayout.fitting(table, columns: columns)
            return table.columns.indices.filter { !shown.contains($0) }.map { table.columns[$0].title }
        }.distinct()
        if titles.isEmpty { return [] }
        let text = "Columns for which there is no space here are in report.md: \(titles.joined(separator: "; "))."
        return [wrapped(text, indent: 0, columns: columns).map { $0.trimmingTrailingSpaces + "\n" }.joined()]
    }

    static func markdown(_ table: TableCells) -> String {
        let titles = [""] + table.columns.map(\.title)
        let rule = [":-:", ":--"] + Array(repeating: "--:", count: table.columns.count - 1)
        var lines = [markdownRow(titles), "|" + rule.joined(separator: "|") + "|"]
        lines += table.rows.map { markdownRow([$0.mark] + $0.cells) }
        let remarks = table.rows.flatMap { row in row.remarks.map { "\(row.cells[0]): \($0)" } } + table.notes
        if !remarks.isEmpty { lines += [""] + remarks.map { "- " + $0.markdownEscaped } }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func markdownRow(_ cells: [String]) -> String {
        "| " + cells.map(\.markdownEscaped).joined(separator: " | ") + " |"
    }

    /// Lines of at most `columns` characters, broken between words.
    static func wrapped(_ text: String, indent: Int, columns: Int = maximumColumns) -> [String] {
        WrappedText.lines(text, columns: columns, indent: indent, hanging: 2)
    }
}
