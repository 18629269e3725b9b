import Measurement
import ResultFiles
import Transports

/// The JSON Schema (draft 7) of scenarios, for editors. It is made from the tables that the decoder reads.
///
/// It is as strict as it can be about each field by itself: names, words, lengths, counts, units and bounds. Rules that
/// combine fields are only those of feeds and of `send`; `pushlab validate` has the others.
package enum ScenarioSchema {
    /// The file with the schema in `Scenarios/`, which the scenarios there name.
    package static let fileName = "scenario.schema.json"

    package static func json(_ registry: TransportRegistry = .standard) -> JSONValue {
        let fields = ScenarioField.all.filter { !$0.path.contains(".") }
        return SharedPatterns.moved(in: [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Scenario of PushLab",
            "description": "Scenarios/README.md explains every field; 'pushlab validate' checks a scenario.",
            "type": "object",
            // A scenario has feeds or send.
            "required": .array(fields.filter { $0.defaultText == nil && $0.path != "feeds" }.map { .string($0.path) }),
            "anyOf": [
                items("feeds", not: "send", carriedBy: registry.receiving.map { $0.name }),
                items("send", not: "feeds", carriedBy: registry.echo.map { $0.name }),
            ],
            "additionalProperties": .flag(false),
            "properties": JSONValue(fields: fields.map { ($0.name, schema(of: $0, registry)) }),
        ])
    }

    /// Where items come from, and the transports that carry them.
    private static func items(_ field: String, not other: String, carriedBy names: [String]) -> JSONValue {
        let use: JSONValue = ["enum": .array(names.map(JSONValue.string))]
        return [
            "required": [.string(field)], "not": ["required": [.string(other)]],
            "properties": ["transports": ["items": ["properties": ["use": use]]]],
        ]
    }

    static func schema(of field: ScenarioField, _ registry: TransportRegistry) -> JSONValue {
        let one = value(of: field, registry)
        let (open, isList) = field.canSweep ? (listed(one, field, registry), true) : (one, false)
        let start = field.defaultText.map { $0.isEmpty ? "" : " Default: \($0)." } ?? " Required."
        let list = isList ? " A list makes a case of each value." : ""
        return open.with("description", .string("\(field.meaning)\(list) Allowed: \(field.range).\(start)"))
    }

    /// One value or a list of values.
    private static func listed(
        _ one: JSONValue, _ field: ScenarioField, _ registry: TransportRegistry
    ) -> JSONValue {
        guard field.unit == "time or group" else { return SchemaType.oneOrMore(one) }
        let time = SchemaType.quantity(QuantityPattern(StrainFields.mean.range), field.range)
        return SchemaType.any([time, SchemaType.list(of: time), group(of: field, registry)])
    }

    private static func value(of field: ScenarioField, _ registry: TransportRegistry) -> JSONValue {
        if let pattern = field.pattern { return SchemaType.quantity(pattern, field.range) }
        if field.path == "servers" { return SchemaType.pattern("^\(ServerName.pattern)$", ServerName.rangeText) }
        switch field.unit {
        case "text": return SchemaType.text(of: field)
        case "word":
            let words = field.range.split(separator: ", ").map(String.init)
            return words.contains { $0.contains(" ") } ? SchemaType.text : SchemaType.words(words)
        case "word or size": return SchemaType.onlyText(NetworkPattern.buffering, field.range)
        case "flag": return SchemaType.flag
        case "group", "time or group": return group(of: field, registry)
        case "list of groups": return list(field, registry)
        case "group of groups": return SchemaType.axes
        case "text or list of texts": return texts(field)
        case "word, text or group":
            let text = SchemaType.onlyText(NetworkPattern.network, "none, a preset, or fields such as rtt=50ms,loss=1%")
            return SchemaType.any([text, group(of: field, registry)])
        case "number, list or group": return SchemaType.published
        case "whole number": return SchemaType.number("integer", field.bounds)
        case "number": return SchemaType.number("number", field.bounds)
        // A kind of value that this table does not describe yet: anything.
        default: return [:]
        }
    }

    private static func texts(_ field: ScenarioField) -> JSONValue {
        field.name == "stalls"
            ? SchemaType.oneOrMore(SchemaType.onlyText(NetworkPattern.stalls, field.range))
            : SchemaType.oneOrMore(SchemaType.expression, repeats: true)
    }

    private static func list(_ field: ScenarioField, _ registry: TransportRegistry) -> JSONValue {
        switch field.path {
        case "feeds": SchemaType.list(of: SchemaType.any(["synthetic", "host", "replay"].map { feed($0, registry) }))
        case "transports": SchemaType.list(of: SchemaType.any(registry.known.map { use(of: $0, registry) }))
        case "exclude": SchemaType.list(of: SchemaType.rule)
        default: SchemaType.list(of: group(of: field, registry))
        }
    }

    private static func group(of field: ScenarioField, _ registry: TransportRegistry) -> JSONValue {
        let children = children(of: field)
        if children.isEmpty { return SchemaType.caseNames }
        return SchemaType.group(
            children.map { ($0.name, field.path == "transports[].with" ? reference($0) : schema(of: $0, registry)) },
            // `with` changes some fields and keeps the others.
            required: field.path == "transports[].with" ? [] : children.filter(isRequired).map(\.name))
    }

    private static func isRequired(_ field: ScenarioField) -> Bool {
        field.defaultText == nil || StrainFields.requiredInGroup.contains(field.path)
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

    // MARK: Feeds and transports

    /// Each kind of feed has its own fields.
    private static func feed(_ source: String, _ registry: TransportRegistry) -> JSONValue {
        let names = ScenarioField.ofFeed(source)
        let fields = ScenarioField.all.filter { $0.path == "feeds[].\($0.name)" && names.contains($0.name) }
        return SchemaType.group(
            [("source", Self.source(source))] + fields.map { ($0.name, schema(of: $0, registry)) },
            required: ["source"])
    }

    private static func source(_ name: String) -> JSONValue {
        let field = ScenarioField.all.first { $0.path == "feeds[].source" }
        let value: JSONValue =
            name == "replay"
            ? SchemaType.onlyText("replay:[^\\n]+", "replay:FILE") : ["const": .string(name)]
        return value.with("description", .string("\(field?.meaning ?? "") Allowed: \(field?.range ?? ""). Required."))
    }

    /// Each transport has its own options.
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
            case .duration(let range): SchemaType.quantity(QuantityPattern(range), option.rangeText)
            case .number(let range): SchemaType.number("integer", ScenarioField.Bounds(range))
            case .flag: SchemaType.flag
            case .choice(let words): SchemaType.words(words + option.aliases.keys.sorted())
            }
        return SchemaType.oneOrMore(one).with(
            "description",
            .string("\(option.summary) Allowed: \(option.rangeText). Default: \(option.defaultValue.text)."))
    }
}
