/// Why a result file cannot be read, in one sentence with file and line.
package struct CSVError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let message: String

    package var description: String { "\(file):\(line): \(message)" }
}

extension CSVTable {
    /// Reads a file of this table.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - file: Its name for error messages.
    /// - Returns: The rows in file order.
    /// - Throws: ``CSVError`` if the text is not CSV, a column is unknown or missing, or a value is not allowed.
    package func rows(from text: String, file: String) throws(CSVError) -> [Row] {
        var records = CSVRecords(text, file: file)
        guard let header = try records.next() else {
            throw CSVError(file: file, line: 1, message: "the file is empty; a header row is missing")
        }
        let fields = try fields(named: header.fields, file: file)
        var rows: [Row] = []
        var blank: CSVRecords.Record?
        while let record = try records.next() {
            // Spreadsheets write empty lines at the end; anywhere else they are an error.
            if record.fields.allSatisfy(\.isEmpty) {
                blank = blank ?? record
                continue
            }
            if let blank { _ = try row(blank, of: fields, file: file) }
            rows.append(try row(record, of: fields, file: file))
        }
        return rows
    }

    /// The fields in the order of a header row, which may differ from the table's.
    private func fields(named names: [String], file: String) throws(CSVError) -> [CSVField<Row>] {
        var ordered: [CSVField<Row>] = []
        for name in names {
            guard let field = fields.first(where: { $0.column.name == name }) else {
                throw CSVError(file: file, line: 1, message: "column \(name.prefix(64)) does not belong to \(fileName)")
            }
            ordered.append(field)
        }
        if let missing = fields.first(where: { !$0.isAddedLater && !names.contains($0.column.name) }) {
            throw CSVError(file: file, line: 1, message: "column \(missing.column.name) is missing")
        }
        guard Set(names).count == names.count else {
            throw CSVError(file: file, line: 1, message: "a column appears twice")
        }
        return ordered
    }

    private func row(
        _ record: CSVRecords.Record,
        of fields: [CSVField<Row>],
        file: String
    ) throws(CSVError) -> Row {
        guard record.fields.count == fields.count else {
            let message = "the row has \(record.fields.count) fields; the header has \(fields.count)"
            throw CSVError(file: file, line: record.line, message: message)
        }
        var row = Row()
        for (field, text) in zip(fields, record.fields) {
            if let problem = read(text, into: &row, field: field) {
                throw CSVError(file: file, line: record.line, message: "\(field.column.name) \(problem)")
            }
        }
        return row
    }

    /// - Returns: What is wrong with the text, `nil` if nothing is.
    private func read(_ text: String, into row: inout Row, field: CSVField<Row>) -> String? {
        let column = field.column
        if text.isEmpty { return column.emptyMeaning == nil ? "is empty; the column needs a value" : nil }
        return field.read(text, &row) ? nil : "is \"\(text.prefix(40))\"; allowed: \(column.allowedText)"
    }
}

extension CSVColumn {
    /// The allowed values, for error messages.
    var allowedText: String {
        if !constraints.values.isEmpty { return constraints.values.joined(separator: ", ") }
        let noun =
            switch kind {
            case .string: "text"
            case .integer: "a whole number"
            case .number: "a number"
            case .boolean: "true, false"
            case .datetime: "a UTC time such as 2026-01-31T12:00:00.000Z"
            }
        switch (constraints.minimum, constraints.maximum) {
        case (let low?, let high?): return "\(noun) from \(number(low)) to \(number(high))"
        case (let low?, nil): return "\(noun) of \(number(low)) or more"
        case (nil, let high?): return "\(noun) of \(number(high)) or less"
        case (nil, nil): return noun
        }
    }

    private func number(_ value: Double) -> String { value.fieldText(decimals: 6) ?? "" }
}
