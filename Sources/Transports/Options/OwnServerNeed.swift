/// Which values of an option only PushLab's own server can serve. Every server can serve the default.
package enum OwnServerNeed: Sendable, Hashable {
    /// No value: the option concerns only the client.
    case none
    /// Every value except the default.
    case otherThanDefault
    /// These words.
    case words([String])
}

extension TransportOption {
    /// Whether only PushLab's own server can serve a value of this option.
    package func needsOwnServer(for value: TransportOptionValue) -> Bool {
        switch ownServerNeed {
        case .none: false
        case .otherThanDefault: value != defaultValue
        case .words(let words): words.contains(value.text)
        }
    }
}

extension OptionKey {
    /// The same option, of which third-party servers serve only the default.
    func servedByOwnServerOnly() -> Self { needing(.otherThanDefault) }
}

extension OptionKey where Value: OptionWord {
    /// The same option, of which third-party servers do not serve these words.
    func servedByOwnServerOnly(_ words: [Value]) -> Self { needing(.words(words.map(\.rawValue))) }
}
