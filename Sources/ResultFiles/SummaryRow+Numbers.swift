/// The columns with numbers, for programs that read columns by name.
extension SummaryRow {
    /// Name and unit of each column with numbers, in the order of the file; `nil` for counts and ratios.
    package static let numberColumns: [(name: String, unit: String?)] = table.fields.map(\.column)
        .filter { [.integer, .number].contains($0.kind) }.map { ($0.name, $0.unit) }

    private static let fieldsByName = Dictionary(
        uniqueKeysWithValues: table.fields.map { ($0.column.name, $0) })

    /// Unit of a column, or of the bytes of a layer, `up.http_head`; `nil` for counts, ratios and unknown columns.
    package static func unit(of column: String) -> String? {
        column.contains(".") ? "bytes" : fieldsByName[column]?.column.unit
    }

    /// The number in a column, as the file has it; `nil` if it is empty or has no numbers.
    package func number(_ column: String) -> Double? {
        guard let field = Self.fieldsByName[column], [.integer, .number].contains(field.column.kind) else { return nil }
        return field.text(self).flatMap(Double.init)
    }

    /// Whether a column has times, which a row may have invalid although its bytes are valid.
    package static func isOfTimes(_ column: String) -> Bool {
        fieldsByName[column]?.column.unit == "us" || column.contains("_cpu_")
    }
}
