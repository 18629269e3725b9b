import Measurement
import ResultFiles

/// Parts of a JSON Schema. A scalar of YAML may look like a number or a flag where a text is meant.
enum SchemaType {
    static let flag: JSONValue = ["enum": [.flag(true), .flag(false), "true", "false"]]

    private static let flags = ["true": true, "on": true, "yes": true, "false": false, "off": false, "no": false]

    /// `1.1` is a number to YAML, and `true` a flag; to YAML 1.1 also `off`.
    static func words(_ words: [String]) -> JSONValue {
        let all = words.flatMap { word -> [JSONValue] in
            if let flag = flags[word] { return [.string(word), .flag(flag)] }
            return Double(field: word) == nil ? [.string(word)] : [.string(word), .number(word)]
        }
        return ["enum": .array(all)]
    }

    /// A number without a unit; the type is `integer` or `number`.
    static func number(_ type: String, _ bounds: ScenarioField.Bounds?) -> JSONValue {
        guard let bounds else { return ["type": .string(type)] }
        return ["type": .string(type), "minimum": .number(bounds.low), "maximum": .number(bounds.high)]
    }

    static func any(_ types: [JSONValue]) -> JSONValue { ["anyOf": .array(types)] }

    /// One entry or more, all different unless an entry may be there twice.
    static func list(of type: JSONValue, repeats: Bool = false) -> JSONValue {
        let list: JSONValue = ["type": "array", "minItems": .number(1), "items": type]
        return repeats ? list : list.with("uniqueItems", .flag(true))
    }

    static func oneOrMore(_ type: JSONValue, repeats: Bool = false) -> JSONValue {
        any([type, list(of: type, repeats: repeats)])
    }

    static func group(_ fields: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        var group: [(String, JSONValue)] = [("type", "object")]
        if !required.isEmpty { group.append(("required", .array(required.map(JSONValue.string)))) }
        return JSONValue(
            fields: group + [("additionalProperties", .flag(false)), ("properties", JSONValue(fields: fields))])
    }

    /// A group with names that the user chooses.
    static func named(_ value: JSONValue) -> JSONValue {
        ["type": "object", "minProperties": .number(1), "additionalProperties": value]
    }
}

extension JSONValue {
    /// An object with a further field.
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object([Member(name: name, value: value)] + members)
    }
}
