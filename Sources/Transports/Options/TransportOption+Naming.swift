import Measurement

extension ClientTransport {
    /// Names one use of the transport by its options, in declaration order. Omits flags that are off, words and numbers
    /// with the default value, and durations of zero.
    ///
    /// - Parameters:
    ///   - values: The options of one use.
    ///   - choicesOnly: Whether to include only words and numbers that differ from the default. They name a use even
    ///     if the scenario uses the transport once.
    /// - Returns: `interval-250ms`; empty if no option needs to be named.
    package static func optionsText(_ values: TransportOptions, choicesOnly: Bool) -> String {
        options.compactMap { $0.text(values[$0], choicesOnly: choicesOnly) }.joined(separator: "-")
    }
}

extension TransportOption {
    fileprivate func text(_ value: TransportOptionValue, choicesOnly: Bool) -> String? {
        switch value {
        case .duration(let time): choicesOnly || time == .zero ? nil : "\(name)-\(time.quantityText)"
        case .flag(let isOn): choicesOnly || !isOn ? nil : name
        case .choice, .number: value == defaultValue ? nil : "\(name)-\(value.text)"
        }
    }
}
