import ResultFiles

@testable import Scenario

/// Checks YAML nodes by the part of JSON Schema that ``ScenarioSchema`` uses.
struct SchemaChecker {
    let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    // MARK: Looking up

    private func referred(_ schema: JSONValue) -> JSONValue? {
        guard case .string(let reference)? = schema["$ref"] else { return nil }
        return reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? .null }
    }

    /// The schema, what it refers to, or its choices; of a list also those of its items.
    func alternatives(_ schema: JSONValue) -> [JSONValue] {
        if let other = referred(schema) { return alternatives(other) }
        let items = schema["items"].map(alternatives) ?? []
        guard case .array(let choices)? = schema["anyOf"], schema["properties"] == nil else { return [schema] + items }
        return choices.flatMap(alternatives) + items
    }

    func fields(named name: String, in schema: JSONValue) -> [JSONValue] {
        alternatives(schema).compactMap { $0["properties"]?[name] }
    }

    // MARK: Checking

    /// What is wrong, one text per fault.
    func faults(of node: SourceNode) -> [String] { faults(of: node, by: root) }

    private func faults(of node: SourceNode, by schema: JSONValue) -> [String] {
        if let other = referred(schema) { return faults(of: node, by: other) }
        var found: [String] = []
        if case .array(let choices)? = schema["anyOf"], choices.allSatisfy({ !faults(of: node, by: $0).isEmpty }) {
            found.append("line \(node.location): none of \(choices.count) choices")
        }
        if let other = schema["not"], faults(of: node, by: other).isEmpty {
            found.append("line \(node.location): is \(other)")
        }
        switch node.content {
        case .scalar(let text, let isQuoted): found += scalarFaults(Scalar(text, isQuoted), schema)
        case .list(let items):
            if !isType("array", schema) { found.append("is a list") }
            found += listFaults(items, schema)
            if let type = schema["items"] { found += items.flatMap { faults(of: $0, by: type) } }
        case .mapping(let entries):
            if !isType("object", schema) { found.append("is a group") }
            found += groupFaults(entries, schema)
        }
        return found
    }

    private func listFaults(_ items: [SourceNode], _ schema: JSONValue) -> [String] {
        var found: [String] = []
        if let least = count(schema["minItems"]), items.count < least { found.append("has less than \(least) values") }
        if let most = count(schema["maxItems"]), items.count > most { found.append("has more than \(most) values") }
        if schema["uniqueItems"] == .flag(true), Set(items.map(\.plainText)).count < items.count {
            found.append("has a value twice")
        }
        return found
    }

    private func count(_ value: JSONValue?) -> Int? {
        guard case .number(let digits)? = value else { return nil }
        return Int(digits)
    }

    private func groupFaults(_ entries: [SourceNode.Entry], _ schema: JSONValue) -> [String] {
        var found: [String] = []
        if case .array(let names)? = schema["required"] {
            found += names.filter { name in !entries.contains { .string($0.key) == name } }.map { "lacks \($0)" }
        }
        if schema["minProperties"] != nil, entries.isEmpty { found.append("is empty") }
        for entry in entries {
            if let names = schema["propertyNames"] {
                found += scalarFaults(Scalar(entry.key, true), names).map { "a name: \($0)" }
            }
            if let own = schema["properties"]?[entry.key] {
                found += faults(of: entry.value, by: own)
            } else if schema["additionalProperties"] == .flag(false) {
                found.append("has \(entry.key)")
            } else if let other = schema["additionalProperties"] {
                found += faults(of: entry.value, by: other)
            }
        }
        return found
    }

    private func isType(_ name: String, _ schema: JSONValue) -> Bool {
        switch schema["type"] {
        case .string(let only)?: only == name
        case .array(let names)?: names.contains(.string(name))
        default: schema["enum"] == nil && schema["const"] == nil
        }
    }

    private struct Scalar {
        let value: JSONValue
        let types: [String]

        init(_ text: String, _ isQuoted: Bool) {
            if !isQuoted, let flag = Bool(text) {
                (value, types) = (.flag(flag), ["boolean"])
            } else if !isQuoted, let number = Double(field: text) {
                (value, types) = (.number(text), number.rounded() == number ? ["integer", "number"] : ["number"])
            } else {
                (value, types) = (.string(text), ["string"])
            }
        }
    }

    private func scalarFaults(_ scalar: Scalar, _ schema: JSONValue) -> [String] {
        var found: [String] = []
        if !scalar.types.contains(where: { isType($0, schema) }), schema["enum"] == nil, schema["const"] == nil {
            found.append("\(scalar.value) has the wrong type")
        }
        if case .array(let values)? = schema["enum"], !values.contains(scalar.value) { found.append("\(scalar.value)") }
        if let only = schema["const"], only != scalar.value { found.append("\(scalar.value) is not \(only)") }
        if case .string(let pattern)? = schema["pattern"], case .string(let text) = scalar.value {
            if (try? Regex(pattern).firstMatch(in: text)) == nil { found.append("\(text) is not \(pattern)") }
        }
        if case .string(let text) = scalar.value {
            let length = text.unicodeScalars.count
            if let least = count(schema["minLength"]), length < least { found.append("has only \(length) characters") }
            if let most = count(schema["maxLength"]), length > most { found.append("has \(length) characters") }
        }
        if case .number(let digits) = scalar.value, let number = Double(field: digits) {
            if case .number(let low)? = schema["minimum"], let low = Double(field: low), number < low {
                found.append("\(digits) is below \(low)")
            }
            if case .number(let high)? = schema["maximum"], let high = Double(field: high), number > high {
                found.append("\(digits) is above \(high)")
            }
        }
        return found
    }
}

extension SourceNode {
    /// For comparisons: without places.
    fileprivate var plainText: String {
        switch content {
        case .scalar(let text, _): text
        case .list(let items): "[\(items.map(\.plainText).joined(separator: ", "))]"
        case .mapping(let entries):
            "{\(entries.map { "\($0.key): \($0.value.plainText)" }.sorted().joined(separator: ", "))}"
        }
    }
}
