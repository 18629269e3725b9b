import Measurement

/// The result table as text, one block per condition.
package enum ResultTableText {
    /// The widest line, in characters.
    package static let maximumColumns = 110

    /// Formats the table for a terminal, with aligned columns.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - histograms: Merged delays of all repeats of a case, by `case_id`. Without a histogram, the table shows the
    ///     median of the repeats' percentiles, with a note. Percentiles are never averaged.
    ///   - columns: Width of the terminal. Remarks wrap at this width; rows of numbers never wrap.
    /// - Returns: Lines that end in a line feed.
    package static func terminal(
        _ folder: ReportFolder, histograms: [String: LatencyHistogram] = [:], columns: Int = maximumColumns
    ) -> String {
        let columns = min(columns, maximumColumns)
        return folder.conditions.map { block(TableCells($0, histograms: histograms), columns: columns) }
            .joined(separator: "\n")
    }

    /// One Markdown table per condition.
    static func markdown(_ folder: ReportFolder) -> String {
        folder.conditions.map { markdown(TableCells($0)) }.joined(separator: "\n")
    }

    static func block(_ table: TableCells, columns: Int = maximumColumns) -> String {
        let headings = table.columns.map(\.heading)
        let layout = Layout(headings: headings, rows: table.rows.map(\.cells), columns: columns)
        var lines = [
            table.title,
            layout.line(mark: " ", headings.map(\.upper)),
            layout.line(mark: " ", headings.map(\.lower)),
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

    /// Lines of at most `columns` characters, broken between words.
    static func wrapped(_ text: String, indent: Int, columns: Int = maximumColumns) -> [String] {
        WrappedText.lines(text, columns: columns, indent: indent, hanging: 2)
    }
}

/// Column widths that keep each line within the terminal's width, if the numbers allow it.
private struct Layout {
    private let widths: [Int]
    private let gap: String

    init(headings: [(upper: String, lower: String)], rows: [[String]], columns: Int) {
        var widths = headings.indices.map { column in
            ([headings[column].upper, headings[column].lower] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        // Each line begins with a mark and a space.
        let room = columns - 2
        let content = widths.reduce(0, +)
        let gapWidth = content + 2 * (widths.count - 1) <= room ? 2 : 1
        let excess = content + gapWidth * (widths.count - 1) - room
        // Only transport names are shortened, never numbers; the report has the full names.
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
