/// A result file's description, whatever its rows are.
struct ResultTable: Sendable {
    let fileName: String
    let summary: String
    let key: [String]
    let columns: [CSVColumn]

    init<Row>(_ table: CSVTable<Row>) {
        fileName = table.fileName
        summary = table.summary
        key = table.key
        columns = table.columns
    }

    /// The columns as a table of Markdown, a line a column.
    var markdown: [String] {
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
enum ResultSchema {
    static let tables = [
        ResultTable(SummaryRow.table),
        ResultTable(LayerRow.table),
        ResultTable(TimelineRow.table),
        ResultTable(ClaimRow.table),
    ]
}
