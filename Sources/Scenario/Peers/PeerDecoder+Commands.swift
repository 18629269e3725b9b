extension PeerDecoder {
    /// A list of words without a shell; `nil` if it is absent or not valid.
    mutating func command(
        _ name: String, allowing placeholders: [PeerPlaceholder], _ ports: Int, in group: FieldGroup
    ) -> [String]? {
        guard let entry = group.entries[name] else { return nil }
        let place = entry.value.location
        guard case .list(let items) = entry.value.content else {
            let advice = "write the program and its arguments as a list: [node, feed.js]"
            fail(place, "\(name) \(entry.value.statement); \(advice)")
            return nil
        }
        if items.isEmpty {
            fail(place, "\(name) is an empty list; write the program and its arguments")
            return nil
        }
        var words: [String] = []
        for item in items {
            guard let word = scalar(SourceNode.Entry(key: name, keyLocation: item.location, value: item)) else {
                continue
            }
            if word.isEmpty, words.isEmpty { fail(item.location, "\(name) begins with an empty word; write a program") }
            check(word, of: name, allowing: placeholders, ports, at: item.location)
            words.append(word)
        }
        return words.count == items.count ? words : nil
    }

    /// Reports a word in braces that is not one of the placeholders.
    func problem(_ text: String, allowing placeholders: [PeerPlaceholder], _ ports: Int) -> String? {
        for word in PeerPlaceholder.words(in: text) {
            let known = PeerPlaceholder(rawValue: word)
            let all = PeerPlaceholder.ports(PeerFields.portCounts.upperBound)
            let reserved = PeerPlaceholder.ports(ports)
            if let known, placeholders.contains(known) {
                if !all.contains(known) || reserved.contains(known) { continue }
                return "has {\(word)}, but ports is \(ports); set ports to the number of ports that it needs"
            }
            let allowed = placeholders.map(\.text).joined(separator: ", ")
            return "has {\(word.prefix(64))}; allowed \(allowed)"
        }
        return nil
    }

    private mutating func check(
        _ text: String, of name: String, allowing placeholders: [PeerPlaceholder], _ ports: Int,
        at place: ScenarioError.Location
    ) {
        if let problem = problem(text, allowing: placeholders, ports) { fail(place, "\(name) \(problem)") }
    }

    // MARK: Environment

    mutating func environment(_ ports: Int, in peer: FieldGroup) -> [String: String] {
        var variables: [String: String] = [:]
        for variable in named("environment", example: "{NAME: TEXT}", in: peer) {
            let name = variable.key
            let isName =
                name.first?.isNumber == false && name.allSatisfy { $0.isLetterOrDigit || $0 == "_" }
            if !isName {
                fail(
                    variable.keyLocation,
                    "environment has the name \"\(name.prefix(64))\"; allowed letters, digits and underscores, not a "
                        + "digit first")
            } else if name == Self.marker {
                fail(variable.keyLocation, "environment has \(name), by which the lab finds the server's processes")
            }
            guard let text = scalar(variable) else { continue }
            check(text, of: name, allowing: PeerPlaceholder.allCases, ports, at: variable.value.location)
            variables[name] = text
        }
        return variables
    }

    /// The variable that marks all processes of a peer.
    private static let marker = "PUSHLAB_PEER"
}
