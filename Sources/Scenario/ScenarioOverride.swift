import Measurement

/// One `path=value` from the command line.
struct ScenarioOverride {
    enum Step: Equatable {
        case field(String)
        case index(Int)
    }

    let steps: [Step]
    let value: SourceNode
    private let location: ScenarioError.Location

    init(_ text: String) throws(ScenarioError) {
        location = .override(text)
        guard let equals = text.firstIndex(of: "=") else {
            throw ScenarioError(at: location, "write path=value, such as duration=5s")
        }
        guard let steps = Self.steps(of: String(text[..<equals]).filter { $0 != " " }) else {
            throw ScenarioError(at: location, "write a path such as duration or transports[0].interval")
        }
        self.steps = steps
        let location = self.location
        let yaml = String(text[text.index(after: equals)...])
        if yaml.isEmpty { throw ScenarioError(at: location, "the value is missing") }
        var reader = SourceReader { _ in location }
        value = try reader.read(yaml)
    }

    /// A change that the scenario itself makes, for one value of an axis.
    init(_ steps: [Step], _ value: SourceNode) {
        self.steps = steps
        self.value = value
        location = value.location
    }

    func apply(to root: inout SourceNode) throws(ScenarioError) {
        try put(at: steps[...], under: "the scenario", into: &root)
    }

    private func put(at path: ArraySlice<Step>, under name: String, into node: inout SourceNode) throws(ScenarioError) {
        guard let step = path.first else {
            node = value
            return
        }
        switch step {
        case .field(let field): try put(field, path.dropFirst(), under: name, into: &node)
        case .index(let index): try put(index, path.dropFirst(), under: name, into: &node)
        }
    }

    private func put(
        _ field: String,
        _ rest: ArraySlice<Step>,
        under name: String,
        into node: inout SourceNode
    ) throws(ScenarioError) {
        guard case .mapping(var entries) = node.content else {
            var advice = ""
            if case .list(let items) = node.content, !items.isEmpty { advice = "; write \(name)[0].\(field)" }
            throw ScenarioError(at: location, "\(name) \(node.statement) and has no field \(field)\(advice)")
        }
        if let position = entries.firstIndex(where: { $0.key == field }) {
            try put(at: rest, under: field, into: &entries[position].value)
            if rest.isEmpty { entries[position].keyLocation = location }
        } else if rest.isEmpty {
            entries.append(SourceNode.Entry(key: field, keyLocation: location, value: value))
        } else if case .field? = rest.first, ScenarioField.isGroup(field, under: name) {
            var group = SourceNode(content: .mapping([]), location: location)
            try put(at: rest, under: field, into: &group)
            entries.append(SourceNode.Entry(key: field, keyLocation: location, value: group))
        } else {
            let suggestion = Spelling.suggestion(for: field, among: entries.map(\.key))
            throw ScenarioError(at: location, "\(name) has no field \(field)\(suggestion)")
        }
        node.content = .mapping(entries)
    }

    private func put(
        _ index: Int,
        _ rest: ArraySlice<Step>,
        under name: String,
        into node: inout SourceNode
    ) throws(ScenarioError) {
        guard case .list(var items) = node.content else {
            throw ScenarioError(at: location, "\(name) \(node.statement), not a list")
        }
        guard items.indices.contains(index) else {
            let allowed = items.isEmpty ? "the list is empty" : "allowed 0 to \(items.count - 1)"
            throw ScenarioError(at: location, "\(name) has no entry \(index); \(allowed)")
        }
        try put(at: rest, under: "\(name)[\(index)]", into: &items[index])
        node.content = .list(items)
    }

    /// The path of steps: `transports[0].interval`.
    static func text(of steps: [Step]) -> String {
        steps.reduce(into: "") { text, step in
            switch step {
            case .field(let name): text += text.isEmpty ? name : ".\(name)"
            case .index(let index): text += "[\(index)]"
            }
        }
    }

    /// The steps of a path such as `transports[0].interval`; `nil` if the text is not a path.
    static func steps(of path: some StringProtocol) -> [Step]? {
        var steps: [Step] = []
        for part in path.split(separator: ".", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            guard let name = pieces.first, !name.isEmpty, !name.contains("]") else { return nil }
            steps.append(.field(String(name)))
            for piece in pieces.dropFirst() {
                guard piece.last == "]", let index = Int(piece.dropLast()), index >= 0 else { return nil }
                steps.append(.index(index))
            }
        }
        return steps
    }
}
