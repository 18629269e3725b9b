import Measurement

extension ScenarioDecoder {
    /// The cases that no rule of `exclude` names. A rule names a case if all its fields have one of the values given.
    mutating func remaining(_ cases: [Scenario.Case], in group: FieldGroup) -> [Scenario.Case] {
        guard let entry = group.entries["exclude"] else { return cases }
        guard case .list(let rules) = entry.value.content, !rules.isEmpty else {
            fail(entry.value.location, "exclude \(entry.value.statement); write [{clients: 1000, use: short-poll}]")
            return cases
        }
        let names = cases.flatMap { $0.namedFacts.map(\.name) }.distinct()
        var remaining = cases
        for (index, node) in rules.enumerated() {
            guard let rule = rule(node, name: "exclude[\(index)]", allowed: names) else { return cases }
            let kept = remaining.filter { !rule.excludes($0) }
            if kept.count == remaining.count {
                fail(node.location, "exclude[\(index)] names no case; 'pushlab validate' without it lists the cases")
            }
            remaining = kept
        }
        if remaining.isEmpty { fail(entry.value.location, "exclude leaves no case") }
        return remaining
    }

    /// Recordings are known by their paths from the working directory, not from the scenario's folder.
    private func resolvedSource(_ text: String) -> String {
        let prefix = "replay:"
        return text.hasPrefix(prefix) ? prefix + resolved(String(text.dropFirst(prefix.count))) : text
    }

    /// - Returns: `nil` after a mistake.
    private mutating func rule(_ node: SourceNode, name: String, allowed: [String]) -> ExclusionRule? {
        let before = errors.count
        guard let group = open(node, as: name, allowed: allowed, example: "{use: short-poll}") else { return nil }
        var rule = ExclusionRule()
        for (name, entry) in group.entries {
            var texts: [String] = []
            let isRead = readEach(entry) { decoder, text, _ in
                texts.append(name == "source" ? decoder.resolvedSource(text) : text)
                return true
            }
            if !isRead { return nil }
            rule.values[name] = texts
        }
        return errors.count == before ? rule : nil
    }
}

/// An entry of `exclude`: for each field the values that are left out.
private struct ExclusionRule {
    var values: [String: [String]] = [:]

    func excludes(_ experimentCase: Scenario.Case) -> Bool {
        let facts = experimentCase.namedFacts
        return values.allSatisfy { name, texts in
            facts.contains { fact in fact.name == name && texts.contains { fact.means($0) } }
        }
    }
}

extension Scenario.Case {
    /// The facts by which rules name cases: all fields, the transport, its label and the named axes.
    fileprivate var namedFacts: [CaseFact] {
        var facts = [CaseFact("use", transport.name)]
        if !transport.variant.isEmpty { facts.append(CaseFact("label", transport.variant)) }
        return facts + allFacts
    }
}
