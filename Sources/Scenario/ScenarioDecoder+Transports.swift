import Measurement
import Transports

extension ScenarioDecoder {
    /// A use before its name is decided, which depends on other uses of its transport.
    private struct LabelledUse {
        let location: ScenarioError.Location
        let transport: any ClientTransport.Type
        let label: String?
        let options: TransportOptions
    }

    mutating func transportUses(in group: FieldGroup) -> [Scenario.TransportUse]? {
        guard let nodes = list("transports", in: group) else { return nil }
        var uses: [LabelledUse] = []
        for (index, node) in nodes.enumerated() {
            if let use = labelledUse(node, name: "transports[\(index)]") { uses.append(use) }
        }
        return uses.isEmpty ? nil : named(uses)
    }

    private mutating func labelledUse(_ node: SourceNode, name: String) -> LabelledUse? {
        guard let group = open(node, as: name, example: example(for: node)) else { return nil }
        // Without a transport, a field is unknown only if no transport has it.
        if group.entries["use"] == nil {
            let options = transports.flatMap { $0.options.map(\.name) }
            var allowed = ScenarioField.names(under: "transports[].")
            for option in options where !allowed.contains(option) { allowed.append(option) }
            if let entry = group.entries.values.first(where: { transportName($0.key) != nil }) {
                let use = transportName(entry.key) ?? ""
                fail(entry.keyLocation, "\(name) has no field \(entry.key); write {use: \(use)}")
                return nil
            }
            checkNames(node, in: name, allowed: allowed)
        }
        require("use", in: group)
        guard let entry = group.entries["use"], let text = scalar(entry),
            let transport = transport(text, at: entry.value.location)
        else { return nil }
        let allowed = ScenarioField.names(under: "transports[].") + transport.options.map(\.name)
        checkNames(node, in: transport.name, allowed: allowed) { [transports] in
            transport.misplaced($0, writtenAs: $0, among: transports)
        }
        var options = TransportOptions()
        for option in transport.options { options[option] = value(option, in: group) }
        if let complaint = transport.contradiction(in: options) { fail(node.location, complaint) }
        return LabelledUse(
            location: node.location, transport: transport, label: label("label", in: group), options: options)
    }

    private mutating func transport(_ name: String, at location: ScenarioError.Location) -> (any ClientTransport.Type)?
    {
        if let transport = transports.first(where: { $0.name == name }) { return transport }
        let reason = reasonAgainst(name).map { ", \($0)" } ?? ""
        let http2 = "{use: sse, \(HTTPVersion.key.option.name): \(HTTPVersion.two.rawValue)}"
        let allowed = TransportRegistry.allowedNames(insteadOf: name, among: transports, http2: http2)
        fail(location, "use is \"\(name.prefix(64))\"\(reason); \(allowed)")
        return nil
    }

    /// A correct entry for an error message. A common mistake is to write only the transport's name.
    private func example(for node: SourceNode) -> String {
        "{use: \(node.shortText.flatMap(transportName) ?? transports.first?.name ?? "")}"
    }

    /// The name of the transport that has this name or other name.
    private func transportName(_ text: String) -> String? {
        transports.first { $0.name == text }?.name ?? TransportRegistry.otherNames(of: transports)[text.lowercased()]
    }

    private mutating func value(_ option: TransportOption, in group: FieldGroup) -> TransportOptionValue {
        guard let entry = group.entries[option.name], let text = scalar(entry) else { return option.defaultValue }
        do {
            return try option.value(reading: text)
        } catch {
            fail(entry.value.location, error.description)
            return option.defaultValue
        }
    }

    /// Gives each use a variant, so that uses of one transport have different names.
    private mutating func named(_ uses: [LabelledUse]) -> [Scenario.TransportUse] {
        var named: [Scenario.TransportUse] = []
        for use in uses {
            let isRepeated = uses.count { $0.transport.name == use.transport.name } > 1
            let options = use.transport.optionsText(use.options, choicesOnly: !isRepeated)
            let variant = use.label ?? fileNameSafe(options)
            let name = use.transport.name
            if named.contains(where: { $0.name == name && $0.variant == variant }) {
                fail(use.location, "\(name) is used twice in the same way; add label: NAME to one of them")
            }
            named.append(Scenario.TransportUse(use.transport, variant: variant, options: use.options))
        }
        return named
    }
}
