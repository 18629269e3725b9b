/// The description of a result file, without the type of its rows.
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

    /// The columns as a Markdown table, one line per column.
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

/// All CSV files of a run's folder.
enum ResultSchema {
    static let tables = [
        ResultTable(SummaryRow.table),
        ResultTable(LayerRow.table),
        ResultTable(TimelineRow.table),
        ResultTable(ClaimRow.table),
        ResultTable(CheckRow.table),
        ResultTable(CapacityRow.table),
        ResultTable(ComparisonRow.table),
        ResultTable(AggregateRow.table),
        ResultTable(PredictionRow.table),
        ResultTable(ExchangeRow.table),
        ResultTable(BrowserRow.table),
    ]
}

/// Names of the histogram logs in a run's folder, one per run of a case.
package enum HistogramFileName {
    /// `synthetic-10-per-s-128B_100-clients_websocket_r1.hlog`
    package static func of(caseID: String, repetition: Int) -> String {
        "\(caseID)_r\(repetition).hlog"
    }
}

/// Names of the packet captures in a run's folder, one per run of a case.
package enum CaptureFileName {
    /// `synthetic-10-per-s-128B_100-clients_websocket_r1.pcapng`
    package static func of(caseID: String, repetition: Int) -> String {
        "\(caseID)_r\(repetition).pcapng"
    }
}
