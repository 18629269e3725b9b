/// A node of a scenario's text with its place: a line of the file, or an override.
struct SourceNode: Sendable {
    indirect enum Content: Sendable {
        case scalar(String, isQuoted: Bool)
        case list([SourceNode])
        case mapping([Entry])
    }

    struct Entry: Sendable {
        var key: String
        var keyLocation: ScenarioError.Location
        var value: SourceNode
    }

    var content: Content
    var location: ScenarioError.Location

    /// For error messages: `has no value`, `is a list`.
    var statement: String {
        switch content {
        case .scalar where isNull: "has no value"
        case .scalar: "is a single value"
        case .list: "is a list"
        case .mapping: "is a group of fields"
        }
    }

    /// `is "host"` for a short text, else ``statement``.
    var shownStatement: String { shortText.map { "is \"\($0)\"" } ?? statement }

    /// A single value of at most 64 characters.
    var shortText: String? {
        guard case .scalar(let text, _) = content, !isNull, text.count <= 64 else { return nil }
        return text
    }

    /// Whether the value is missing (`rate:`) or null.
    var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
