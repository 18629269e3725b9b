import Measurement

/// The table at the end of a run, a block for each condition.
package enum ResultTableText {
    /// The widest line, in characters.
    package static let maximumColumns = 110

    /// Plain text with aligned columns.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - histograms: Latencies of all repeats of a case, merged, by `case_id`. Without one the table shows the median
    ///     of the repeats' percentiles and says so; percentiles are never averaged.
    ///   - columns: Of the terminal. Remarks are wrapped there; a row of figures is never broken.
    /// - Returns: Lines that end in a line feed.
    package static func terminal(
        _ folder: ReportFolder, histograms: [String: LatencyHistogram] = [:], columns: Int = maximumColumns
    ) -> String {
        let columns = min(columns, maximumColumns)
        return folder.conditions.map { block(TableCells($0, histograms: histograms), columns: columns) }
            .joined(separator: "\n")
    }

    /// Tables of Markdown, one a condition, each under a heading.
    static func markdown(_ folder: ReportFolder) -> String {
        folder.conditions.map { markdown(TableCells($0)) }.joined(separator: "\n")
    }

    static func block(_ table: TableCells, columns: Int = maximumColumns) -> String {
        let heads = table.columns.map(\.head)
        let layout = Layout(heads: heads, rows: table.rows.map(\.cells), columns: columns)
        var lines = [
            table.title,
            layout.line(mark: " ", heads.map(\.upper)),
            layout.line(mark: " ", heads.map(\.lower)),
        ]
        for row in table.rows {
            lines.append(layout.line(mark: row.mark, row.cells))
            lines += row.remarks.flatMap { wrapped($0, indent: 4, columns: columns) }
        }
        lines += table.notes.flatMap { wrapped($0, indent: 2, columns: columns) }
        return lines.map { $0.trimmingTrailingSpaces + "\n" }.joined()
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

    /// Lines of at most so many columns, cut between words.
    static func wrapped(_ text: String, indent: Int, columns: Int = maximumColumns) -> [String] {
        WrappedText.lines(text, columns: columns, indent: indent, hanging: 2)
    }
}

/// How wide each column is, so that a line stays within the terminal's columns where figures allow.
private struct Layout {
    private let widths: [Int]
    private let gap: String

    init(heads: [(upper: String, lower: String)], rows: [[String]], columns: Int) {
        var widths = heads.indices.map { column in
            ([heads[column].upper, heads[column].lower] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        // A mark and a space go in front.
        let room = columns - 2
        let content = widths.reduce(0, +)
        let gapWidth = content + 2 * (widths.count - 1) <= room ? 2 : 1
        let excess = content + gapWidth * (widths.count - 1) - room
        // The names give way, never the figures; the report has them in full.
        if excess > 0 { widths[0] = max(widths[0] - excess, 12) }
        self.widths = widths
        gap = String(repeating: " ", count: gapWidth)
    }

    func line(mark: String, _ cells: [String]) -> String {
        let padded = zip(cells, widths).enumerated().map { column, pair in
            let (cell, width) = pair
            let text = cell.count > width ? cell.prefix(width - 1) + "…" : cell
            let space = String(repeating: " ", count: width - text.count)
            return column == 0 ? text + space : space + text
        }
        return mark + " " + padded.joined(separator: gap)
    }
}
