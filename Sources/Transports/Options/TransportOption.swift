/// One setting that a transport accepts, as scenarios, command lines and the documentation describe it.
///
/// ``OptionKey`` is the same with the type of its value.
package struct TransportOption: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A length of time with its unit, within bounds.
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
    /// Whether it describes a server or a proxy that the lab starts. `pushlab load` starts none.
    package var isOfLab = false
    /// Earlier spellings of its words, which are still read.
    package var formerWords: [String: String] = [:]
}

/// A checked value of a ``TransportOption``.
package enum TransportOptionValue: Sendable, Hashable, Codable {
    case duration(Duration)
    case number(Int)
    case flag(Bool)
    case choice(String)
}

/// All options of one use of a transport. One that was not set has its default.
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
