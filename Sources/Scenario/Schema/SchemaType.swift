import Measurement
import ResultFiles

/// Parts of a JSON Schema. A scalar of YAML may look like a number or a flag where a text is meant.
enum SchemaType {
    static let text: JSONValue = ["type": ["string", "number", "boolean"]]
    static let flag: JSONValue = ["enum": [.flag(true), .flag(false), "true", "false"]]
    /// Names of axes, their fields and the lists of these.
    static let axes: JSONValue = [
        "type": "object",
        "minProperties": .number(1),
        "additionalProperties": [
            "type": "object",
            "minProperties": .number(1),
            "additionalProperties": ["type": "array", "minItems": .number(1)],
        ],
    ]

    private static let flags = ["true": true, "on": true, "yes": true, "false": false, "off": false, "no": false]

    /// `1.1` is a number to YAML, and `true` a flag; to YAML 1.1 also `off`.
    static func words(_ words: [String]) -> JSONValue {
        let all = words.flatMap { word -> [JSONValue] in
            if let flag = flags[word] { return [.string(word), .flag(flag)] }
            return Double(field: word) == nil ? [.string(word)] : [.string(word), .number(word)]
        }
        return ["enum": .array(all)]
    }

    static func integer(_ bounds: (low: Double, high: Double)) -> JSONValue {
        ["type": "integer", "minimum": .number(bounds.low), "maximum": .number(bounds.high)]
    }

    /// A number with one of the units, after one space or none.
    static func quantity(_ units: [String]) -> JSONValue {
        ["type": "string", "pattern": .string("^[0-9]*\\.?[0-9]+ ?(\(units.joined(separator: "|")))$")]
    }

    static func any(_ types: [JSONValue]) -> JSONValue { ["anyOf": .array(types)] }

    static func list(of type: JSONValue) -> JSONValue {
        ["type": "array", "minItems": .number(1), "items": type]
    }

    static func oneOrMore(_ type: JSONValue) -> JSONValue { any([type, list(of: type)]) }

    static func group(_ fields: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        var group: [(String, JSONValue)] = [("type", "object")]
        if !required.isEmpty { group.append(("required", .array(required.map(JSONValue.string)))) }
        return JSONValue(
            fields: group + [("additionalProperties", .flag(false)), ("properties", JSONValue(fields: fields))])
    }
}

extension JSONValue {
    /// An object with a further field.
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object([Member(name: name, value: value)] + members)
    }
}
