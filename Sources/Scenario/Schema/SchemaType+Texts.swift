import Expressions
import ResultFiles

/// Texts. Lengths are in characters of Unicode (code points), as JSON Schema counts them.
extension SchemaType {
    /// Any text that a scenario can have: without control characters, except tabs and line ends.
    static let text = pattern("^[^\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]*$", "text without control characters")
    static let label = pattern(Label.pattern, Label.rangeText)

    /// A condition or a quantity.
    static let expression: JSONValue = [
        "type": "string", "pattern": "[A-Za-z]", "maxLength": .number(Expression.longestText),
    ]

    static func lengths(_ least: Int, _ most: Int) -> JSONValue {
        let limited = text.with("maxLength", .number(most))
        return least == 0 ? limited : limited.with("minLength", .number(least))
    }

    /// A text that a regular expression of ECMA-262 matches, or what YAML reads as a number or a flag. Editors show
    /// what is allowed instead of the expression.
    static func pattern(_ pattern: String, _ expected: String) -> JSONValue {
        [
            "type": ["string", "number", "boolean"], "pattern": .string(pattern),
            "patternErrorMessage": .string("Allowed: \(expected)."),
        ]
    }

    /// A text that YAML cannot read as a number or a flag; the regular expression is without anchors.
    static func onlyText(_ choices: String, _ expected: String) -> JSONValue {
        [
            "type": "string", "pattern": .string("^(?:\(choices))$"),
            "patternErrorMessage": .string("Allowed: \(expected)."),
        ]
    }

    static func quantity(_ pattern: QuantityPattern, _ range: String) -> JSONValue { onlyText(pattern.text, range) }

    /// The type of a text field, from what the table says about it.
    static func text(of field: ScenarioField) -> JSONValue {
        if field.range == Label.rangeText { return label }
        if field.path == "claims[].quantity" { return expression }
        let words = field.range.split(separator: " ")
        // As in `1 to 1000 characters`.
        if words.count == 4, words[3] == "characters", let least = Int(words[0]), let most = Int(words[2]) {
            return lengths(least, most)
        }
        return text
    }

    /// A number with a unit, a list of two, or bounds.
    static let published: JSONValue = {
        let number: JSONValue = ["type": ["string", "number"], "pattern": "[0-9]"]
        let bounds = group([("at-least", number), ("at-most", number)]).with("minProperties", .number(1))
        let pair: JSONValue = ["type": "array", "minItems": .number(2), "maxItems": .number(2), "items": number]
        return any([number, pair, bounds])
    }()
}
