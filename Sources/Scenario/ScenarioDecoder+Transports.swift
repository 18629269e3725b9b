import Measurement
import Transports

extension ScenarioDecoder {
    /// A use of a transport, its group `with`, and the entry that it is from.
    typealias ChangedUse = (use: UnnamedUse, changes: SourceNode?, node: SourceNode)

    /// All uses of transports: one per entry and combination of listed options.
    mutating func transportUses(in group: FieldGroup) -> [ChangedUse]? {
        guard let nodes = list("transports", in: group) else { return nil }
        let options = Set(transports.flatMap { $0.options.map(\.name) }).sorted()
        var uses: [ChangedUse] = []
        var known: Set<UnnamedUse> = []
        for (index, node) in nodes.enumerated() {
            let count = node.expansions(options)
            if checkSize(uses.count.addingReportingOverflow(count).partialValue, at: node.location) { return nil }
            if !checkLists(in: node, of: options) { continue }
            for expanded in node.expanded(options) {
                let before = errors.count
                guard let use = changedUse(expanded, name: "transports[\(index)]") else { continue }
                if !known.insert(use.use).inserted, errors.count == before {
                    let name = use.use.transport.name
                    fail(node.location, "\(name) is used twice in the same way; add label: NAME to one of them")
                }
                uses.append(use)
            }
        }
        return uses.isEmpty ? nil : uses
    }

    /// - Returns: Whether each list of an option's values has values, all different.
    private mutating func checkLists(in node: SourceNode, of options: [String]) -> Bool {
        guard case .mapping(let entries) = node.content else { return true }
        let before = errors.count
        for entry in entries where options.contains(entry.key) {
            guard case .list(let items) = entry.value.content else { continue }
            if items.isEmpty {
                fail(entry.value.location, "\(entry.key) is an empty list; write one value or a list of them")
            }
            var known: Set<String> = []
            for item in items {
                guard let text = item.shortText, !known.insert(text).inserted else { continue }
                fail(item.location, "\(entry.key) has \(text) twice in its list")
            }
        }
        return errors.count == before
    }

    private mutating func changedUse(_ node: SourceNode, name: String) -> ChangedUse? {
        guard let group = open(node, as: name, example: example(for: node)) else { return nil }
        // Without a transport, a field is unknown only if no transport has it.
        if group.entries["use"] == nil {
            let options = transports.flatMap { $0.options.map(\.name) }
            let allowed = (ScenarioField.names(under: "transports[].") + options).distinct()
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
        let label = label("label", in: group)
        if let label, label != transport.name, let entry = group.entries["label"],
            registry.known.contains(where: { $0.name == label })
        {
            fail(entry.value.location, "label is \(label), the name of another transport; choose another word")
        }
        let use = UnnamedUse(transport: transport, label: label, options: options)
        return (use, group.entries["with"]?.value, node)
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
}
