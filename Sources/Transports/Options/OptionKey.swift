/// A ``TransportOption`` and the type of its value: the key that reads and sets it in ``TransportOptions``.
package struct OptionKey<Value: OptionContent>: Sendable {
    package let option: TransportOption
    package let defaultValue: Value

    private init(
        _ name: String, _ kind: TransportOption.Kind, default defaultValue: Value, _ summary: String,
        isOfLab: Bool = false, formerWords: [String: String] = [:]
    ) {
        option = TransportOption(
            name: name, kind: kind, defaultValue: defaultValue.optionValue, summary: summary, isOfLab: isOfLab,
            formerWords: formerWords)
        self.defaultValue = defaultValue
    }
}

/// What the value of an option can be: a length of time, a whole number, a flag or one of a few words.
package protocol OptionContent: Sendable {
    /// - Returns: `nil` for a value of another kind.
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
    /// A flag, which is off by default.
    package init(_ name: String, isOfLab: Bool = false, _ summary: String) {
        self.init(name, .flag, default: false, summary, isOfLab: isOfLab)
    }
}

/// The words of an option, the default first unless the option says otherwise.
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
        _ name: String, allowing words: [Value] = Array(Value.allCases), default: Value, isOfLab: Bool = false,
        formerWords: [String: Value] = [:], _ summary: String
    ) {
        self.init(
            name, .choice(words.map(\.rawValue)), default: `default`, summary, isOfLab: isOfLab,
            formerWords: formerWords.mapValues(\.rawValue))
    }
}
