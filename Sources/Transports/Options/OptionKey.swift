/// A ``TransportOption`` with the type of its value: the key that reads and sets it in ``TransportOptions``.
package struct OptionKey<Value: OptionContent>: Sendable {
    package private(set) var option: TransportOption
    package let defaultValue: Value

    private init(
        _ name: String, _ kind: TransportOption.Kind, default defaultValue: Value, _ summary: String,
        isLabOnly: Bool = false, aliases: [String: String] = [:], otherWords: [String: String] = [:]
    ) {
        option = TransportOption(
            name: name, kind: kind, defaultValue: defaultValue.optionValue, summary: summary, isLabOnly: isLabOnly,
            aliases: aliases, otherWords: otherWords)
        self.defaultValue = defaultValue
    }

    /// The same option with values that only PushLab's own server serves.
    func needing(_ need: OwnServerNeed) -> Self {
        var key = self
        key.option.ownServerNeed = need
        return key
    }
}

/// The type of an option's value: a duration, a whole number, a flag or one of a few words.
package protocol OptionContent: Sendable {
    /// - Returns: `nil` for a value of a different type.
    init?(optionValue: TransportOptionValue)

    var optionValue: TransportOptionValue { get }
}

extension Duration: OptionContent {
    package init?(optionValue: TransportOptionValue) {
        guard case .duration(let duration) = optionValue else { return nil }
        self = duration
    }

    package var optionValue: TransportOptionValue { .duration(self) }
}

extension OptionKey where Value == Duration {
    package init(_ name: String, in range: ClosedRange<Duration>, default: Duration, _ summary: String) {
        self.init(name, .duration(range), default: `default`, summary)
    }
}

extension Int: OptionContent {
    package init?(optionValue: TransportOptionValue) {
        guard case .number(let number) = optionValue else { return nil }
        self = number
    }

    package var optionValue: TransportOptionValue { .number(self) }
}

extension OptionKey where Value == Int {
    package init(_ name: String, in range: ClosedRange<Int>, default: Int, _ summary: String) {
        self.init(name, .number(range), default: `default`, summary)
    }
}

extension Bool: OptionContent {
    package init?(optionValue: TransportOptionValue) {
        guard case .flag(let isOn) = optionValue else { return nil }
        self = isOn
    }

    package var optionValue: TransportOptionValue { .flag(self) }
}

extension OptionKey where Value == Bool {
    /// A flag that is off by default.
    package init(_ name: String, isLabOnly: Bool = false, _ summary: String) {
        self.init(name, .flag, default: false, summary, isLabOnly: isLabOnly)
    }
}

/// The allowed words of an option.
package protocol OptionWord: OptionContent, RawRepresentable, CaseIterable where RawValue == String {}

extension OptionWord {
    package init?(optionValue: TransportOptionValue) {
        guard case .choice(let word) = optionValue else { return nil }
        self.init(rawValue: word)
    }

    package var optionValue: TransportOptionValue { .choice(rawValue) }
}

extension OptionKey where Value: OptionWord {
    package init(
        _ name: String, allowing words: [Value] = Array(Value.allCases), default: Value, isLabOnly: Bool = false,
        aliases: [String: Value] = [:], otherWords: [String: Value] = [:], _ summary: String
    ) {
        self.init(
            name, .choice(words.map(\.rawValue)), default: `default`, summary, isLabOnly: isLabOnly,
            aliases: aliases.mapValues(\.rawValue), otherWords: otherWords.mapValues(\.rawValue))
    }
}
