extension CSVField {
    /// A column that is never empty.
    static func always<Value: CSVValue>(
        _ name: String,
        _ path: any WritableKeyPath<Row, Value> & Sendable,
        unit: String? = nil,
        within constraints: CSVColumn.Constraints = CSVColumn.Constraints(),
        decimals: Int = 3,
        _ description: String
    ) -> Self {
        let column = CSVColumn(
            name: name, kind: Value.kind, unit: unit, description: description, emptyMeaning: nil,
            constraints: constraints)
        return Self(column: column) { row in
            row[keyPath: path].fieldText(decimals: decimals)
        } read: { text, row in
            guard let value = Value(field: text), constraints.allow(text) else { return false }
            row[keyPath: path] = value
            return true
        }
    }

    /// A column that may be empty.
    static func maybe<Value: CSVValue>(
        _ name: String,
        _ path: any WritableKeyPath<Row, Value?> & Sendable,
        unit: String? = nil,
        within constraints: CSVColumn.Constraints = CSVColumn.Constraints(),
        decimals: Int = 3,
        empty: String,
        _ description: String
    ) -> Self {
        let column = CSVColumn(
            name: name, kind: Value.kind, unit: unit, description: description, emptyMeaning: empty,
            constraints: constraints)
        return Self(column: column) { row in
            row[keyPath: path]?.fieldText(decimals: decimals)
        } read: { text, row in
            guard let value = Value(field: text), constraints.allow(text) else { return false }
            row[keyPath: path] = value
            return true
        }
    }

    /// A probability that may be empty; a small one is not rounded to 0.
    static func probability(
        _ name: String,
        _ path: any WritableKeyPath<Row, Double?> & Sendable,
        empty: String,
        _ description: String
    ) -> Self {
        let column = maybe(
            name, path, within: CSVColumn.Constraints(minimum: 0, maximum: 1), empty: empty, description)
        return Self(column: column.column, text: { $0[keyPath: path]?.fieldText(digits: 6) }, read: column.read)
    }

    /// A text column that may be empty; an empty field reads as the empty string.
    static func name(
        _ name: String,
        _ path: any WritableKeyPath<Row, String> & Sendable,
        empty: String,
        _ description: String
    ) -> Self {
        let column = CSVColumn(
            name: name, kind: .string, unit: nil, description: description, emptyMeaning: empty,
            constraints: CSVColumn.Constraints())
        return Self(column: column) { row in
            row[keyPath: path]
        } read: { text, row in
            row[keyPath: path] = text
            return true
        }
    }
}

extension CSVColumn.Constraints {
    /// For counts and sizes. Differences have no bound, so that a faulty row stays readable.
    static let fromZero = Self(minimum: 0)
    static let fromOne = Self(minimum: 1)

    static func oneOf(_ values: [String]) -> Self { Self(values: values) }

    func allow(_ text: String) -> Bool {
        if !values.isEmpty { return values.contains(text) }
        guard minimum != nil || maximum != nil, let number = Double(text) else { return true }
        return number >= (minimum ?? -.infinity) && number <= (maximum ?? .infinity)
    }
}
