import ResultFiles

/// Moves types with a regular expression to the schema's `definitions`, each once, and refers to them where they stood.
struct SharedPatterns {
    private var names: [(name: String, type: JSONValue)] = []

    /// The schema with its definitions.
    static func moved(in schema: JSONValue) -> JSONValue {
        var shared = SharedPatterns()
        let rest = shared.referring(schema)
        guard case .object(let members) = rest else { return rest }
        return .object(
            members + [.init(name: "definitions", value: JSONValue(fields: shared.names.map { ($0.name, $0.type) }))])
    }

    private mutating func referring(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { referring($0) })
        case .object(let members):
            guard case .string(let expected)? = value["patternErrorMessage"] else {
                return .object(members.map { .init(name: $0.name, value: referring($0.value)) })
            }
            // In draft 7, a reference hides all other fields of its object, so a type with a description stays.
            if value["description"] != nil { return value }
            return ["$ref": .string("#/definitions/\(name(of: value, expected))")]
        case .null, .flag, .number, .string: return value
        }
    }

    /// `1-ms-to-1-h`, from what the type allows.
    private mutating func name(of type: JSONValue, _ expected: String) -> String {
        if let known = names.first(where: { $0.type == type }) { return known.name }
        let words = expected.dropFirst("Allowed: ".count).split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        let start = words.prefix(6).joined(separator: "-")
        let taken = names.count { $0.name == start || $0.name.hasPrefix("\(start)-again-") }
        let name = taken == 0 ? start : "\(start)-again-\(taken)"
        names.append((name, type))
        return name
    }
}
