import Measurement

extension ClientTransport {
    /// Names one use by its options, in their order. Left out are flags that are off, words and numbers that are the
    /// default, and times of zero.
    ///
    /// - Parameters:
    ///   - values: The options of one use.
    ///   - choicesOnly: Whether to tell only the words and numbers that are not the default: what a use is, even where
    ///     the transport is used once.
    /// - Returns: `interval-250ms`; empty where there is nothing to tell.
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
