import Transports

/// A transport with its options, before its name is decided, which depends on the other uses of the transport.
struct UnnamedUse: Sendable {
    let transport: any ClientTransport.Type
    let label: String?
    let options: TransportOptions

    /// For checks that do not need the name.
    var unnamed: Scenario.TransportUse { Scenario.TransportUse(transport, options: options) }
}

extension UnnamedUse: Hashable {
    static func == (left: Self, right: Self) -> Bool {
        left.transport == right.transport && left.label == right.label && left.options == right.options
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(transport))
        hasher.combine(label)
        hasher.combine(options)
    }
}

/// Gives each use a variant, so that uses of one transport have different names: its label, or its options, or both if
/// the label has several options.
struct UseNames {
    private var uses: Set<UnnamedUse> = []

    init(_ uses: some Sequence<UnnamedUse>) {
        self.uses = Set(uses)
    }

    func named(_ use: UnnamedUse) -> Scenario.TransportUse {
        let others = uses.filter { $0.transport == use.transport && $0 != use }
        let options = fileNameSafe(use.transport.optionsText(use.options, choicesOnly: others.isEmpty))
        var variant = use.label ?? options
        if let label = use.label, others.contains(where: { $0.label == label }) { variant = "\(label)-\(options)" }
        return Scenario.TransportUse(use.transport, variant: variant, options: use.options)
    }
}
