/// A row of a result file.
package protocol CSVRow: Sendable, Equatable {
    /// An empty row, to read into.
    init()

    static var table: CSVTable<Self> { get }
}

/// A column and the row's property that holds its value.
package struct CSVField<Row: Sendable>: Sendable {
    let column: CSVColumn
    /// The property's text; `nil` if the value is missing.
    let text: @Sendable (Row) -> String?
    /// Sets the property from a text that is not empty; `false` if the column does not allow the text.
    let read: @Sendable (String, inout Row) -> Bool
    /// Whether files of earlier versions lack the column.
    private(set) var isAddedLater = false

    init(
        column: CSVColumn, text: @escaping @Sendable (Row) -> String?,
        read: @escaping @Sendable (String, inout Row) -> Bool
    ) {
        self.column = column
        self.text = text
        self.read = read
    }

    /// The same for a column that files of earlier versions lack; there it reads as empty.
    var addedLater: Self {
        var field = self
        field.isAddedLater = true
        return field
    }
}

/// A result file: its name, its columns in order and the key of a row.
package struct CSVTable<Row: CSVRow>: Sendable {
    package let fileName: String
    package let summary: String
    package let key: [String]
    package let fields: [CSVField<Row>]

    var columns: [CSVColumn] { fields.map(\.column) }

    /// The file's text: RFC 4180 with CRLF line ends and a header row.
    package func text(of rows: [Row]) -> String {
        rows.reduce(into: header) { text, row in text += line(of: row) }
    }

    /// The header row with its line end.
    package var header: String { CSVLine.text(fields.map(\.column.name)) }

    /// One row with its line end.
    func line(of row: Row) -> String {
        CSVLine.text(fields.map { $0.text(row) ?? "" })
    }
}

/// RFC 4180 records.
package enum CSVLine {
    package static func text(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ field: String) -> String {
        // By scalars, because CRLF is one Character that equals neither CR nor LF.
        guard field.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
