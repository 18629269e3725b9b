import ResultFiles

/// The data of a plot: the file `plots/NAME.csv`. A missing value is an empty cell, never 0.
struct PlotTable: Equatable {
    let columns: [String]
    private(set) var rows: [[String]] = []

    init(_ columns: [String]) { self.columns = columns }

    /// - Parameter cells: One per column.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has one cell per column")
        rows.append(cells)
    }

    /// RFC 4180 with CRLF line ends and a header row.
    var text: String { ([columns] + rows).map(CSVLine.text).joined() }

    /// A number with at most 6 decimals; empty if it is missing or not finite.
    static func cell(_ value: Double?) -> String { value?.fieldText(decimals: 6) ?? "" }

    static func cell(_ value: Int?) -> String { value.map(String.init) ?? "" }
}

extension CaseResult {
    /// The first cells of a case in the data of a plot.
    func plotCells(in condition: Condition) -> [String] { [condition.title, caseID, label] }

    /// The columns of ``plotCells(in:)``.
    static let plotColumns = ["condition", "case_id", "label"]
}
