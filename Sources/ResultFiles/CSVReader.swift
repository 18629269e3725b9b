import Measurement

/// Why a result file cannot be read, in one sentence with file and line.
package struct CSVError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let message: String

    package init(file: String, line: Int, message: String) {
        (self.file, self.line, self.message) = (file, line, message)
    }

    package var description: String { "\(file):\(line): \(message)" }
}

extension CSVTable {
    /// Reads a file of this table, which must be UTF-8.
    ///
    /// - Throws: ``CSVError``, as for a text.
    package func rows(from bytes: [UInt8], file: String) throws(CSVError) -> [Row] {
        if let line = InvalidText.line(in: bytes) {
            throw CSVError(file: file, line: line, message: "the line is not UTF-8 text")
        }
        return try rows(from: String(decoding: bytes, as: UTF8.self), file: file)
    }

    /// Reads a file of this table.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - file: Its name for error messages.
    /// - Returns: The rows in file order.
    /// - Throws: ``CSVError`` if the text is not CSV, a column is unknown or missing, or a value is not allowed.
    package func rows(from text: String, file: String) throws(CSVError) -> [Row] {
        try rows(of: CSVRecords(text, file: file), file: file).rows
    }

    /// Reads a file of this table that may end early: because it was cut, or because it is being copied.
    ///
    /// - Returns: The rows in file order, and whether the file ends within a row, which is left out.
    /// - Throws: ``CSVError``, as for a whole file.
    package func rowsUntilCut(from text: String, file: String) throws(CSVError) -> (rows: [Row], isCut: Bool) {
        try rows(of: CSVRecords(text, file: file, allowsCut: true), file: file)
    }

    private func rows(of records: consuming CSVRecords, file: String) throws(CSVError) -> (rows: [Row], isCut: Bool) {
        guard let header = try records.next() else {
            if records.allowsCut { return ([], true) }
            throw CSVError(file: file, line: 1, message: "the file is empty; a header row is missing")
        }
        let fields = try fields(named: header.fields, file: file)
        var rows: [Row] = []
        var lines: [[String]: Int] = [:]
        let keyFields = self.fields.filter { key.contains($0.column.name) }
        var blank: CSVRecords.Record?
        while let record = try records.next() {
            // Spreadsheets write empty lines at the end; anywhere else they are an error.
            if record.fields.allSatisfy(\.isEmpty) {
                blank = blank ?? record
                continue
            }
            if let blank { _ = try row(blank, of: fields, file: file) }
            let row = try row(record, of: fields, file: file)
            // A row that stands twice would count twice.
            if let first = lines.updateValue(record.line, forKey: keyFields.map { $0.text(row) ?? "" }) {
                let message = "the row repeats line \(first): \(key.joined(separator: ", ")) are the same"
                throw CSVError(file: file, line: record.line, message: message)
            }
            rows.append(row)
        }
        return (rows, records.isCut)
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
        if field.read(text, &row) { return nil }
        let isNumber = text.utf8.allSatisfy { (48...57).contains($0) }
        let isTooLong = column.kind == .integer && isNumber && text.utf8.count > 14
        let allowed = isTooLong ? "at most 14 digits" : column.allowedText
        return "is \"\(text.prefix(40))\"; allowed: \(allowed)"
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
