import Measurement

extension ClientTransport {
    /// Names one use by its options, in their order; a flag that is off says nothing, nor does a word that is the
    /// default, nor no time at all.
    ///
    /// - Parameters:
    ///   - values: The options of one use.
    ///   - choicesOnly: Whether to tell only the choices that are not the default: what a use is, even where the
    ///     transport is used once.
    /// - Returns: `interval-250ms`; empty where there is nothing to tell.
    package static func optionsText(_ values: TransportOptions, choicesOnly: Bool) -> String {
        let parts = options.compactMap { option -> String? in
            guard let value = values[option.name] else { return nil }
            return choicesOnly ? option.unusualChoice(value) : option.text(value)
        }
        return parts.joined(separator: "-")
    }
}

extension TransportOption {
    fileprivate func text(_ value: TransportOptionValue) -> String? {
        switch value {
        case .duration(let time): time == .zero ? nil : "\(name)-\(time.quantityText)"
        case .flag(let isOn): isOn ? name : nil
        case .choice(let word): value == defaultValue ? nil : "\(name)-\(word)"
        }
    }

    fileprivate func unusualChoice(_ value: TransportOptionValue) -> String? {
        guard case .choice = value, value != defaultValue else { return nil }
        return text(value)
    }
}
