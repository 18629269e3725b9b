import Transports

extension Scenario {
    /// Reads a scenario's text with one field set to a value, wherever its path leads.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - file: Name for error messages; relative paths in the text start at its folder.
    ///   - overrides: Each `path=value`, applied in order, before the field is set.
    ///   - field: The field.
    ///   - value: In the unit of the field.
    ///   - registry: The transports that `use` can name.
    ///   - peers: The third-party servers that `servers` can name.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    package init(
        text: String, file: String, overrides: [String], setting field: RaisedField, to value: Double,
        registry: TransportRegistry = .standard, peers: any PeerSource = NoPeers()
    ) throws(ScenarioErrors) {
        var source = try ScenarioText(text, file: file).applying(overrides: overrides)
        source.addAxis(of: field.path, field.text(value))
        try self.init(source, registry: registry, peers: peers)
    }
}

extension ScenarioText {
    /// The axis of the field that a search for the capacity sets.
    static let raisedAxis = "raised"

    /// Adds an axis with one value. It comes last, so it replaces what other axes and the field itself say.
    fileprivate mutating func addAxis(of path: String, _ value: String) {
        let place = ScenarioError.Location.override("\(path)=\(value)")
        func entry(_ key: String, _ content: SourceNode.Content) -> SourceNode.Entry {
            SourceNode.Entry(key: key, keyLocation: place, value: SourceNode(content: content, location: place))
        }
        guard case .mapping(var entries) = root.content else { return }
        let values = SourceNode(content: .scalar(value, isQuoted: false), location: place)
        let axis = entry(Self.raisedAxis, .mapping([entry(path, .list([values]))]))
        if let index = entries.firstIndex(where: { $0.key == "axes" }) {
            guard case .mapping(let axes) = entries[index].value.content else { return }
            entries[index].value.content = .mapping(axes.filter { $0.key != axis.key } + [axis])
        } else {
            entries.append(entry("axes", .mapping([axis])))
        }
        root.content = .mapping(entries)
    }
}

extension RaisedField {
    /// The smallest value of the field among the cases of a scenario; `nil` if they do not have one.
    package func smallest(in scenario: Scenario) -> Double? {
        let texts = scenario.cases.flatMap(\.allFacts).filter { $0.name == name }.map(\.value)
        return texts.compactMap { try? value(of: $0) }.min()
    }
}
