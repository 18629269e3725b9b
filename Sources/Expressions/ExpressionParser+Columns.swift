import Measurement

/// Names of columns, with their subjects.
extension ExpressionParser {
    /// The longest end of the dotted name that is a column; subjects may have points too.
    func column(_ name: String, _ token: Token) throws(ExpressionFault) -> Measured {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        for count in parts.indices {
            let column = parts[count...].joined(separator: ".")
            if catalog.unit(of: column) == nil { continue }
            let subject = count == 0 ? nil : parts[..<count].joined(separator: ".")
            return try self.column(column, subject: subject, token)
        }
        throw unknown(String(parts.last ?? ""), token)
    }

    func column(_ name: String, subject: String?, _ token: Token) throws(ExpressionFault) -> Measured {
        guard let unit = catalog.unit(of: name) else { throw unknown(name, token) }
        let reference = ColumnReference(subject: subject, column: name)
        return Measured(
            node: .column(reference, factor: unit.factor), dimension: unit.dimension,
            text: reference.text)
    }

    private func unknown(_ name: String, _ token: Token) -> ExpressionFault {
        var meant = Spelling.suggestion(for: name, among: catalog.names)
        // A name without its unit, or with only its beginning.
        if meant.isEmpty, name.count > 3, let longer = catalog.names.first(where: { $0.hasPrefix(name) }) {
            meant = "; did you mean \(longer)?"
        }
        let minus = name.contains("-") ? "; a minus needs spaces around it" : ""
        let advice = meant + minus
        return fault(
            token.offset,
            "there is no column \"\(name.prefix(64))\" with numbers"
                + (advice.isEmpty ? "; Results/README.md lists the columns" : advice))
    }
}
