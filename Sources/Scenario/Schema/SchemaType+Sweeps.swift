import ResultFiles

/// Groups whose names the user chooses: axes, rules and names of cases.
extension SchemaType {
    /// Names of axes, their fields and the lists of these. A value may be there twice, where several fields change
    /// together.
    static let axes: JSONValue = {
        let fields = ScenarioDecoder.ownFields.map { name in
            (name, list(of: ["$ref": .string("#/properties/\(name)")], repeats: true))
        }
        let names = (ScenarioDecoder.ownFields + ["transports"]).joined(separator: "|")
        let axis = named(["type": "array", "minItems": .number(1)])
            .with("properties", JSONValue(fields: fields))
            // A field, or a path: `feeds[].rate`, `websocket.deflate`.
            .with("propertyNames", ["pattern": .string("^(?:\(names))$|[.\\[]")])
        return named(axis).with("propertyNames", ["pattern": .string(Label.pattern)])
    }()

    /// Names of fields with one value or several.
    static let rule = named(oneOrMore(text, repeats: true))

    /// Names for cases.
    static let caseNames: JSONValue = ["type": "object", "additionalProperties": text]
}
