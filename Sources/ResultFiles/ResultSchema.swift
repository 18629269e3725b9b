/// A result file's description, whatever its rows are.
package struct ResultTable: Sendable {
    package let fileName: String
    package let summary: String
    package let key: [String]
    package let columns: [CSVColumn]

    init<Row>(_ table: CSVTable<Row>) {
        fileName = table.fileName
        summary = table.summary
        key = table.key
        columns = table.columns
    }

    /// The columns as a table of Markdown, a line a column.
    package var markdown: [String] {
        ["| column | type | unit | meaning | empty when |", "|---|---|---|---|---|"]
            + columns.map { column in
                let cells = [
                    "`\(column.name)`", column.kind.rawValue, column.unit ?? "", column.description,
                    column.emptyMeaning ?? "never",
                ]
                return "| \(cells.joined(separator: " | ")) |"
            }
    }
}

/// Every CSV file of a run's folder.
package enum ResultSchema {
    package static let tables = [
        ResultTable(SummaryRow.table),
        ResultTable(LayerRow.table),
        ResultTable(TimelineRow.table),
        ResultTable(ClaimRow.table),
    ]
}
