import Link
import Measurement

extension ScenarioDecoder {
    /// All networks: one per entry and combination of swept fields; `nil` means none.
    mutating func networks(in group: FieldGroup) -> [Scenario.Network?]? {
        guard let entry = group.entries["network"] else { return [nil] }
        return networks(entry.value)
    }

    mutating func networks(_ node: SourceNode) -> [Scenario.Network?]? {
        var nodes = [(name: "network", node: node)]
        if case .list(let items) = node.content {
            nodes = items.enumerated().map { ("network[\($0)]", $1) }
            if items.isEmpty {
                fail(node.location, "network is an empty list; write one network or a list of them")
                return nil
            }
        }
        var networks: [Scenario.Network?] = []
        for (name, node) in nodes {
            for network in self.networks(node, name: name) ?? [] {
                let text = network?.text ?? Self.none
                if networks.contains(network) { fail(node.location, "\(name) repeats an earlier network (\(text))") }
                networks.append(network)
                networkPlaces[text] = node.location
            }
            if checkSize(networks.count, at: node.location) { return nil }
        }
        return networks.isEmpty ? nil : networks
    }

    private mutating func networks(_ node: SourceNode, name: String) -> [Scenario.Network?]? {
        var node = node
        if case .scalar(let text, _) = node.content, !node.isNull {
            if text == Self.none { return [nil] }
            do {
                node = try NetworkText.group(text, at: node.location)
            } catch {
                fail(error.location, error.message)
                return nil
            }
        }
        let allowed = ScenarioField.names(under: "network.")
        let before = errors.count
        guard let group = open(node, as: name, allowed: allowed, example: "{rtt: 50ms, loss: 1%}") else { return nil }
        let changes = changes(in: group)
        let combinations = changes.reduce(1) { min($0 * $1.count, Self.maximumRuns + 1) }
        if errors.count > before || checkSize(combinations, at: node.location) { return nil }
        let networks = NetworkChange.networks(changes, setsSlowStart: group.entries["slow-start"] != nil)
        let given = Set(group.entries.keys).union(
            ["up", "down"].flatMap { part in
                Self.names(of: group.entries[part]?.value).map { "\(part).\($0)" }
            })
        for sentence in Set(networks.flatMap { $0.settings.contradictions(given: given) }).sorted() {
            fail(node.location, "\(name): \(sentence)")
        }
        return networks
    }

    private static let none = "none"

    private static func names(of node: SourceNode?) -> [String] {
        guard case .mapping(let entries)? = node?.content else { return [] }
        return entries.map(\.key)
    }

    /// Reports networks that cannot be used with a transport or in a run of this length.
    mutating func checkNetworks(
        _ networks: [Scenario.Network?], with uses: [Scenario.TransportUse], in time: Duration
    ) {
        for network in networks.compactMap({ $0 }) {
            guard let place = networkPlaces[network.text] else { continue }
            let conflicts = [network.conflict(withRunOf: time)] + uses.map { network.conflict(with: $0) }
            if let sentence = conflicts.compactMap({ $0 }).first {
                fail(place, "network \(network.text): \(sentence)")
            }
        }
    }

    // MARK: Fields

    /// The values of each given field, in the order of the documentation.
    private mutating func changes(in group: FieldGroup) -> [[NetworkChange]] {
        var changes = presets(in: group)
        changes += sweep(NetworkFields.roundTrip, in: group) { $0.setRoundTrip($1) }
        changes += lineChanges(of: .both, in: group)
        changes += words("slow-start", of: ["true", "false"], in: group) { $0.slowStart = $1 == "true" }
        changes += stalls(in: group)
        changes += sweep(NetworkFields.resets, in: group) { $0.meanTimeToReset = $1 }
        changes += sweep(NetworkFields.silence, in: group) { $0.meanTimeToSilence = $1 }
        changes += buffering(in: group)
        for part in [LinkPart.up, .down] {
            guard let entry = group.entries[part.rawValue],
                let line = open(
                    entry.value, as: "\(group.name).\(part.rawValue)", allowed: NetworkFields.ofDirection,
                    example: "{delay: 20ms, bandwidth: 1Mbit/s}")
            else { continue }
            changes += sweepLine(NetworkFields.delay, part, in: line) { $0.delay = $1 }
            changes += lineChanges(of: part, in: line)
        }
        return changes
    }

    /// The fields that both directions have.
    private mutating func lineChanges(of part: LinkPart, in group: FieldGroup) -> [[NetworkChange]] {
        var changes = sweepLine(NetworkFields.jitter, part, in: group) { $0.jitter = $1 }
        let distributions = NetworkFields.distributions
        changes += words("jitter-distribution", of: distributions, in: group, prefix: part.prefix) { settings, word in
            part.change(&settings) { $0.jitterDistribution = JitterDistribution(rawValue: word) ?? .uniform }
        }
        changes += sweepLine(NetworkFields.bandwidth, part, in: group) { $0.bandwidth = $1 }
        changes += sweepLine(NetworkFields.loss, part, in: group) { $0.loss = $1.fraction }
        changes += sweepLine(NetworkFields.queue, part, in: group) { $0.queueBytes = $1.bytes }
        return changes
    }

    private mutating func presets(in group: FieldGroup) -> [[NetworkChange]] {
        guard let entry = group.entries["preset"], let texts = texts(entry) else { return [] }
        let names = LinkPreset.allCases.map(\.name)
        let changes = texts.compactMap { text, location -> NetworkChange? in
            if let preset = LinkPreset(rawValue: text) {
                return NetworkChange(text: preset.name) { $0 = preset.settings }
            }
            let suggestion = Spelling.suggestion(for: text, among: names)
            fail(
                location,
                "network is \"\(text.prefix(64))\"; allowed \(Self.none), a preset (\(names.joined(separator: ", "))) "
                    + "or fields such as rtt=50ms,loss=1%\(suggestion)")
            return nil
        }
        return [changes]
    }

    private mutating func stalls(in group: FieldGroup) -> [[NetworkChange]] {
        guard let entry = group.entries["stalls"], let texts = texts(entry) else { return [] }
        let stalls = texts.compactMap { text, location -> LinkStall? in
            let parts = text.split(separator: "+", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                fail(location, "stalls has \"\(text.prefix(64))\"; allowed \(NetworkFields.stallsText)")
                return nil
            }
            guard let after = quantity(String(parts[0]), of: NetworkFields.stallAfter, at: location),
                let length = quantity(String(parts[1]), of: NetworkFields.stallLength, at: location)
            else { return nil }
            return LinkStall(after: after, duration: length)
        }
        let text = stalls.map { "stalls=\($0.after.quantityText)+\($0.duration.quantityText)" }
        return [[NetworkChange(text: text.joined(separator: ",")) { $0.stalls = stalls }]]
    }

    private mutating func buffering(in group: FieldGroup) -> [[NetworkChange]] {
        guard let entry = group.entries["buffering"], let texts = texts(entry) else { return [] }
        let changes = texts.compactMap { text, location -> NetworkChange? in
            if text == "whole" { return NetworkChange(text: "buffering=whole") { $0.buffering = .whole } }
            guard let size = try? ByteCount(quantity: text, in: NetworkFields.bufferedBytes.range) else {
                fail(location, "buffering is \"\(text.prefix(64))\"; allowed \(NetworkFields.bufferingText)")
                return nil
            }
            return NetworkChange(text: "buffering=\(size.quantityText)") { $0.buffering = .bytes(size.bytes) }
        }
        return [changes]
    }

    // MARK: Sweeps

    private mutating func sweepLine<Value>(
        _ field: BoundedField<Value>, _ part: LinkPart, in group: FieldGroup,
        _ set: @escaping @Sendable (inout LinkDirectionSettings, Value) -> Void
    ) -> [[NetworkChange]] {
        sweep(field, in: group, prefix: part.prefix) { settings, value in part.change(&settings) { set(&$0, value) } }
    }

    private mutating func sweep<Value>(
        _ field: BoundedField<Value>, in group: FieldGroup, prefix: String = "",
        _ set: @escaping @Sendable (inout LinkSettings, Value) -> Void
    ) -> [[NetworkChange]] {
        guard group.entries[field.name] != nil, let values = values(field, in: group) else { return [] }
        return [
            values.map { value in
                NetworkChange(text: "\(prefix)\(field.name)=\(value.quantityText)") { set(&$0, value) }
            }
        ]
    }

    private mutating func words(
        _ name: String, of allowed: [String], in group: FieldGroup, prefix: String = "",
        _ set: @escaping @Sendable (inout LinkSettings, String) -> Void
    ) -> [[NetworkChange]] {
        guard let entry = group.entries[name], let texts = texts(entry) else { return [] }
        let changes = texts.compactMap { text, location -> NetworkChange? in
            guard allowed.contains(text) else {
                let suggestion = Spelling.suggestion(for: text, among: allowed)
                fail(
                    location,
                    "\(name) is \"\(text.prefix(64))\"; allowed \(allowed.joined(separator: ", "))\(suggestion)")
                return nil
            }
            return NetworkChange(text: "\(prefix)\(name)=\(text)") { set(&$0, text) }
        }
        return [changes]
    }

    /// One text, or the different texts of a list; `nil` without any.
    private mutating func texts(
        _ entry: SourceNode.Entry
    ) -> [(text: String, location: ScenarioError.Location)]? {
        var texts: [(text: String, location: ScenarioError.Location)] = []
        _ = readEach(entry) { decoder, text, location in
            if texts.contains(where: { $0.text == text }) {
                decoder.fail(location, "\(entry.key) has \(text.prefix(64)) twice in its list")
            }
            texts.append((text, location))
            return true
        }
        return texts.isEmpty ? nil : texts
    }
}
