/// A value of JSON (RFC 8259) whose fields keep their order and whose numbers keep their digits.
package enum JSONValue: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSONValue

        package init(name: String, value: JSONValue) {
            (self.name, self.value) = (name, value)
        }
    }

    case null
    case flag(Bool)
    /// The digits of a number.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package static func number(_ value: Int) -> Self { .number(String(value)) }

    /// At most 6 decimals; null for a number that JSON does not have.
    package static func number(_ value: Double) -> Self { value.fieldText(decimals: 6).map(Self.number) ?? .null }

    /// At least 6 significant digits, so that a small one is not 0; null if it is missing.
    package static func probability(_ value: Double?) -> Self {
        value.flatMap { $0.fieldText(digits: 6) }.map(Self.number) ?? .null
    }

    /// Null if the value is missing.
    package static func optional(_ value: String?) -> Self { value.map(Self.string) ?? .null }

    /// - Parameter isOneLine: Whether the text has no line ends, for programs; otherwise it is indented, with each
    ///   array or object on one line that fits in ``width`` columns.
    /// - Returns: The text, without a line end behind it.
    package func text(isOneLine: Bool = false) -> String { written(isOneLine ? nil : 0) }

    /// Columns of an indented text, unless a string is longer.
    private static let width = 120

    private func written(_ indent: Int?) -> String {
        switch self {
        case .null: "null"
        case .flag(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): Self.quoted(text)
        case .array(let values):
            Self.block("[", values.map { $0.written(indent.map { $0 + 2 }) }, "]", indent)
        case .object(let members):
            Self.block(
                "{", members.map { "\(Self.quoted($0.name)): \($0.value.written(indent.map { $0 + 2 }))" }, "}", indent)
        }
    }

    private static func block(_ open: String, _ parts: [String], _ close: String, _ indent: Int?) -> String {
        let line = open + parts.joined(separator: ", ") + close
        guard let indent, line.utf8.count + indent > width || line.contains("\n") else { return line }
        let margin = String(repeating: " ", count: indent)
        return open + "\n" + parts.map { "\(margin)  \($0)" }.joined(separator: ",\n") + "\n\(margin)\(close)"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member(name: $0, value: $1) })
    }

    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(stringLiteral value: String) { self = .string(value) }

    /// An object with these fields, in this order.
    package init(fields: [(String, JSONValue)]) {
        self = .object(fields.map { Member(name: $0.0, value: $0.1) })
    }

    /// The field of an object; `nil` without it.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}

extension CSVTable {
    /// A row as an object with the names of the columns; a missing value is null.
    package func json(of row: Row) -> JSONValue {
        JSONValue(
            fields: fields.map { field in
                guard let text = field.text(row), !text.isEmpty else { return (field.column.name, .null) }
                switch field.column.kind {
                case .integer, .number: return (field.column.name, .number(text))
                case .boolean: return (field.column.name, .flag(text == "true"))
                case .string, .datetime: return (field.column.name, .string(text))
                }
            })
    }
}
