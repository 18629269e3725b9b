/// One setting that a transport accepts, as scenarios, command lines and the documentation describe it.
///
/// ``OptionKey`` adds the type of the value.
package struct TransportOption: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A duration with a unit, within bounds.
        case duration(ClosedRange<Duration>)
        /// A whole number within bounds.
        case number(ClosedRange<Int>)
        case flag
        case choice([String])
    }

    package let name: String
    package let kind: Kind
    /// Used when the scenario does not set the option.
    package let defaultValue: TransportOptionValue
    /// One sentence for `--help` and `Scenarios/README.md`.
    package let summary: String
    /// Whether it configures a server or proxy that the lab starts; `pushlab load` starts neither.
    package var isLabOnly = false
    /// Which values third-party servers do not serve.
    package var ownServerNeed = OwnServerNeed.none
    /// Earlier spellings of words, which are still accepted.
    package var aliases: [String: String] = [:]
    /// Other names of words. They are not accepted, but lead to a suggestion.
    var otherWords: [String: String] = [:]
}

/// A checked value of a ``TransportOption``.
package enum TransportOptionValue: Sendable, Hashable, Codable {
    case duration(Duration)
    case number(Int)
    case flag(Bool)
    case choice(String)
}

/// The options of one use of a transport. An option that is not set has its default value.
package struct TransportOptions: Sendable, Hashable, Codable {
    private var values: [String: TransportOptionValue]

    package init(_ values: [String: TransportOptionValue] = [:]) {
        self.values = values
    }

    package subscript<Value>(key: OptionKey<Value>) -> Value {
        get { values[key.option.name].flatMap { Value(optionValue: $0) } ?? key.defaultValue }
        set { values[key.option.name] = newValue.optionValue }
    }

    package subscript(option: TransportOption) -> TransportOptionValue {
        get { values[option.name] ?? option.defaultValue }
        set { values[option.name] = newValue }
    }
}
