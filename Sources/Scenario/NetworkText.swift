import Measurement
import Transports

/// A network on one line: a preset, then fields: `lte`, `rtt=50ms,loss=1%`, `dsl,up.bandwidth=1Mbit/s`.
enum NetworkText {
    /// Makes the group of fields that a scenario would have instead of the text.
    ///
    /// - Returns: A mapping whose parts all have the location.
    /// - Throws: One error if the text has not this form. Names and values are not checked here.
    static func group(_ text: String, at location: ScenarioError.Location) throws(ScenarioError) -> SourceNode {
        var root = SourceNode(content: .mapping([]), location: location)
        for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
            if words.count == 1, index == 0, !words[0].isEmpty {
                try add(["preset"], words[0], to: &root, at: location)
                continue
            }
            guard words.count == 2, !words[0].isEmpty, !words[1].isEmpty else {
                throw ScenarioError(
                    at: location,
                    "network is \"\(text.prefix(64))\"; write a preset, or fields such as rtt=50ms,loss=1%")
            }
            try add(words[0].split(separator: ".").map(String.init), words[1], to: &root, at: location)
        }
        return root
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Adds a field, or another value of `stalls`, which is the only list.
    private static func add(
        _ path: [String], _ value: String, to node: inout SourceNode, at location: ScenarioError.Location
    ) throws(ScenarioError) {
        guard let name = path.first, case .mapping(var entries) = node.content else {
            throw ScenarioError(at: location, "network has a field without a name; write rtt=50ms")
        }
        let scalar = SourceNode(content: .scalar(value, isQuoted: true), location: location)
        let rest = Array(path.dropFirst())
        if let position = entries.firstIndex(where: { $0.key == name }) {
            switch (rest.isEmpty, entries[position].value.content) {
            case (false, .mapping): try add(rest, value, to: &entries[position].value, at: location)
            case (true, .list(let items)): entries[position].value.content = .list(items + [scalar])
            default: throw ScenarioError(at: location, "network has \(name) twice")
            }
        } else {
            var child = scalar
            if !rest.isEmpty {
                child.content = .mapping([])
                try add(rest, value, to: &child, at: location)
            } else if name == "stalls" {
                child.content = .list([scalar])
            }
            entries.append(SourceNode.Entry(key: name, keyLocation: location, value: child))
        }
        node.content = .mapping(entries)
    }
}

extension Scenario.Network {
    /// The names of a network's fields.
    package static let fields = ScenarioField.names(under: "network.")

    /// Reads a network as `--network` and the field `network` write it.
    ///
    /// - Returns: `nil` for `none`.
    /// - Throws: ``ScenarioErrors``; the messages name no place.
    package static func read(_ text: String) throws(ScenarioErrors) -> Scenario.Network? {
        let location = ScenarioError.Location.override(text)
        var decoder = ScenarioDecoder(file: "", registry: .standard)
        let node = SourceNode(content: .scalar(text, isQuoted: true), location: location)
        let networks = decoder.networks(node)
        guard decoder.errors.isEmpty, let network = networks?.first else {
            throw ScenarioErrors(errors: decoder.errors)
        }
        return network
    }
}

extension ScenarioErrors {
    /// The messages without their places, as one sentence.
    package var messages: String { errors.map(\.message).joined(separator: "; ") }
}
