import Yams

/// Reads YAML text into ``SourceNode``s. Its bounds are far above what a real scenario needs.
struct SourceReader {
    static let maximumBytes = 256 * 1024
    static let maximumAliases = 32
    static let maximumNodes = 20_000
    static let maximumDepth = 16

    /// The place of a line of the text.
    let locate: (_ line: Int) -> ScenarioError.Location
    /// What a text is, for messages.
    let noun: String
    private var nodesLeft = Self.maximumNodes

    init(of noun: String = SourceReader.scenario, locate: @escaping (_ line: Int) -> ScenarioError.Location) {
        (self.noun, self.locate) = (noun, locate)
    }

    static let scenario = "a scenario"

    /// Reads a text that is one document.
    mutating func read(_ yaml: String) throws(ScenarioError) -> SourceNode {
        try checkBounds(yaml)
        let root: Node?
        do {
            root = try Parser(yaml: yaml, encoding: .utf8).singleRoot()
        } catch {
            throw explain(error, in: yaml)
        }
        guard let root else { return SourceNode(content: .scalar("", isQuoted: false), location: locate(1)) }
        return try convert(root, depth: 0)
    }

    // Yams builds its tree by recursion and compares aliased keys in full, so bound both before it starts.
    private func checkBounds(_ yaml: String) throws(ScenarioError) {
        if yaml.utf8.count > Self.maximumBytes {
            let advice =
                noun == Self.scenario ? ", which names a recording in feeds: [{source: \"replay:FILE\"}]" : ""
            throw ScenarioError(
                at: locate(1),
                "the text is longer than \(Self.maximumBytes / 1024) KiB; \(noun) is a short YAML file\(advice)")
        }
        var shape = SourceShape()
        for (index, line) in Self.lines(of: yaml).enumerated() {
            shape.readLine(line)
            if shape.aliases > Self.maximumAliases {
                throw ScenarioError(at: locate(index + 1), "more than \(Self.maximumAliases) aliases (*name)")
            }
            if shape.depth > Self.maximumDepth * 4 {
                throw ScenarioError(at: locate(index + 1), "lists and groups are nested too deeply")
            }
        }
    }

    private mutating func convert(_ node: Node, depth: Int) throws(ScenarioError) -> SourceNode {
        let location = locate(node.mark?.line ?? 1)
        nodesLeft -= 1
        if nodesLeft < 0 { throw ScenarioError(at: location, "aliases make the text too large") }
        if depth > Self.maximumDepth { throw ScenarioError(at: location, "lists and groups are nested too deeply") }
        switch node {
        case .scalar(let scalar):
            // A terminal would carry them out.
            if scalar.string.unicodeScalars.contains(where: Self.isControl) {
                throw ScenarioError(at: location, "the value has a control character; write text without it")
            }
            return SourceNode(content: .scalar(scalar.string, isQuoted: scalar.style != .plain), location: location)
        case .sequence(let sequence):
            var items: [SourceNode] = []
            for item in sequence { items.append(try convert(item, depth: depth + 1)) }
            return SourceNode(content: .list(items), location: location)
        case .mapping(let mapping):
            var entries: [SourceNode.Entry] = []
            for pair in mapping { entries.append(try convert(pair, depth: depth + 1)) }
            return SourceNode(content: .mapping(entries), location: location)
        case .alias:
            throw ScenarioError(at: location, "an alias (*name) has no anchor (&name)")
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control && !"\n\t".unicodeScalars.contains(scalar)
    }

    private mutating func convert(_ pair: Node.Mapping.Element, depth: Int) throws(ScenarioError) -> SourceNode.Entry {
        let location = locate(pair.key.mark?.line ?? 1)
        guard case .scalar(let key) = pair.key else {
            throw ScenarioError(at: location, "a field's name is a single word, not a list or a group")
        }
        return SourceNode.Entry(
            key: key.string,
            keyLocation: location,
            value: try convert(pair.value, depth: depth)
        )
    }
}
