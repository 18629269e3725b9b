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

    /// For error messages.
    var kindName: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a group of fields"
        }
    }

    /// A short text as written, else ``kindName``.
    var shownText: String {
        guard case .scalar(let text, _) = content, !isNull, text.count <= 64 else { return kindName }
        return "\"\(text)\""
    }

    /// Whether the value is missing (`rate:`) or null.
    var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
