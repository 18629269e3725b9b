import Measurement
import ResultFiles
import Transports

/// The JSON Schema (draft 7) of scenarios, for editors. It is made from the tables that the decoder reads.
///
/// It has every field and option with its values, but not the rules that combine fields: `pushlab validate` has these.
package enum ScenarioSchema {
    /// The file with the schema in `Scenarios/`, which the scenarios there name.
    package static let fileName = "scenario.schema.json"

    package static func json(_ registry: TransportRegistry = .standard) -> JSONValue {
        let fields = ScenarioField.all.filter { !$0.path.contains(".") }
        return [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Scenario of PushLab",
            "description": "Scenarios/README.md explains every field; 'pushlab validate' checks a scenario.",
            "type": "object",
            // A scenario has feeds or send.
            "required": .array(fields.filter { $0.defaultText == nil && $0.path != "feeds" }.map { .string($0.path) }),
            "anyOf": [["required": ["feeds"]], ["required": ["send"]]],
            "additionalProperties": .flag(false),
            "properties": JSONValue(fields: fields.map { ($0.name, schema(of: $0, registry)) }),
        ]
    }

    static func schema(of field: ScenarioField, _ registry: TransportRegistry) -> JSONValue {
        let one = field.path == "transports" ? uses(registry) : value(of: field, registry)
        let (open, isList) = field.canSweep ? (SchemaType.oneOrMore(one), true) : (one, false)
        let start = field.defaultText.map { $0.isEmpty ? "" : " Default: \($0)." } ?? " Required."
        let list = isList ? " A list makes a case of each value." : ""
        return open.with("description", .string("\(field.meaning)\(list) Allowed: \(field.range).\(start)"))
    }

    private static func value(of field: ScenarioField, _ registry: TransportRegistry) -> JSONValue {
        switch field.unit {
        case "text", "word or size": return SchemaType.text
        case "word":
            let words = field.range.split(separator: ", ").map(String.init)
            return words.contains { $0.contains(" ") } ? SchemaType.text : SchemaType.words(words)
        case "flag": return SchemaType.flag
        case "group": return group(of: field, registry)
        case "list of groups": return SchemaType.list(of: group(of: field, registry))
        case "group of groups": return SchemaType.axes
        case "text or list of texts": return SchemaType.oneOrMore(SchemaType.text)
        case "word, text or group": return SchemaType.any([SchemaType.text, group(of: field, registry)])
        case "time or group": return SchemaType.any([SchemaType.quantity(Duration.units), group(of: field, registry)])
        case "whole number": return field.bounds.map(SchemaType.integer) ?? ["type": "integer"]
        case "number": return ["type": "number"]
        case let unit where field.isQuantity: return SchemaType.quantity(unit.split(separator: ", ").map(String.init))
        // A kind of value that this table does not describe yet: anything.
        default: return [:]
        }
    }

    private static func group(of field: ScenarioField, _ registry: TransportRegistry) -> JSONValue {
        let children = children(of: field)
        if children.isEmpty { return ["type": "object"] }
        return SchemaType.group(
            children.map { ($0.name, field.path == "transports[].with" ? reference($0) : schema(of: $0, registry)) },
            // `with` changes some fields and keeps the others.
            required: field.path == "transports[].with" ? [] : children.filter { $0.defaultText == nil }.map(\.name))
    }

    private static func reference(_ field: ScenarioField) -> JSONValue {
        ["$ref": .string("#/properties/\(field.name)")]
    }

    /// The fields of a group: those below it, and those that its range names, which stand elsewhere in the table.
    private static func children(of field: ScenarioField) -> [ScenarioField] {
        let prefix = field.unit == "list of groups" ? "\(field.path)[]." : "\(field.path)."
        let below = ScenarioField.all.filter { $0.path == prefix + $0.name }
        let top = field.path.prefix { $0 != "." && $0 != "[" }
        let named = field.range.split(separator: ", ").map(String.init).compactMap { name -> ScenarioField? in
            if below.contains(where: { $0.name == name }) { return nil }
            let others = ScenarioField.all.filter { $0.name == name }
            return others.first { $0.path.hasPrefix("\(top).") } ?? others.first { $0.path == name }
        }
        return below + (field.unit == "group" ? named : [])
    }

    // MARK: Transports

    /// A list of uses. Each transport has its own options.
    private static func uses(_ registry: TransportRegistry) -> JSONValue {
        SchemaType.list(of: SchemaType.any(registry.all.map { use(of: $0, registry) }))
    }

    private static func use(of transport: any ClientTransport.Type, _ registry: TransportRegistry) -> JSONValue {
        let shared = ScenarioField.all.filter { $0.path == "transports[].\($0.name)" }.map { field in
            (
                field.name,
                field.name == "use"
                    ? JSONValue.object([.init(name: "const", value: .string(transport.name))])
                    : schema(of: field, registry)
            )
        }
        let options = transport.options.map { ($0.name, schema(of: $0)) }
        return SchemaType.group(shared + options, required: ["use"]).with("title", .string(transport.name))
    }

    private static func schema(of option: TransportOption) -> JSONValue {
        let one: JSONValue =
            switch option.kind {
            case .duration: SchemaType.quantity(Duration.units)
            case .number(let range): SchemaType.integer((Double(range.lowerBound), Double(range.upperBound)))
            case .flag: SchemaType.flag
            case .choice(let words): SchemaType.words(words + option.aliases.keys.sorted())
            }
        return SchemaType.oneOrMore(one).with(
            "description",
            .string("\(option.summary) Allowed: \(option.rangeText). Default: \(option.defaultValue.text)."))
    }
}
