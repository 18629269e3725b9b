/// A piece of a scenario's text that remembers where it stands: in the file, or in an override.
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

    /// What a person would call it, for messages.
    var kindName: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a group of fields"
        }
    }

    /// A short text as it was written, else ``kindName``.
    var shownText: String {
        guard case .scalar(let text, _) = content, !isNull, text.count <= 64 else { return kindName }
        return "\"\(text)\""
    }

    /// Whether the value was left out (`rate:`) or is an explicit null.
    var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
