import Measurement

/// An option that a transport does not have, or a value that it does not allow.
package struct TransportOptionFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

extension ClientTransport {
    /// Checks the options of one use, given by name, and adds the defaults of the other options.
    ///
    /// - Throws: ``TransportOptionFault`` with the value seen and the values allowed.
    package static func checkedOptions(
        _ given: [String: TransportOptionValue]
    ) throws(TransportOptionFault) -> TransportOptions {
        var all = defaultOptions
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            let option = try option(named: name)
            if let complaint = option.complaint(about: value) { throw TransportOptionFault(description: complaint) }
            all[option] = value
        }
        if let complaint = contradiction(in: all) { throw TransportOptionFault(description: complaint) }
        return all
    }

    package static var defaultOptions: TransportOptions {
        TransportOptions(Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0.defaultValue) }))
    }

    /// One sentence if the options, each allowed by itself, cannot be combined in this transport or in any transport.
    package static func contradiction(in options: TransportOptions) -> String? {
        options[Intermediary.key].conflict(in: options) ?? conflict(in: options)
            ?? options[HTTPVersion.key].conflict(in: options) ?? SessionResumption.conflict(in: options)
    }

    /// Finds an option by name, among all options of the transport or only `allowed`.
    ///
    /// - Throws: ``TransportOptionFault`` if there is no such option.
    package static func option(
        named name: String, among allowed: [TransportOption] = Self.options
    ) throws(TransportOptionFault) -> TransportOption {
        if let option = allowed.first(where: { $0.name == name }) { return option }
        let names = allowed.map(\.name)
        let suggestion = Spelling.suggestion(for: name, among: names)
        let list = allowed.isEmpty ? "it has no options" : "allowed: \(names.joined(separator: ", "))\(suggestion)"
        throw TransportOptionFault(description: "\(Self.name) has no option '\(name.prefix(64))'; \(list)")
    }
}

extension TransportOption {
    /// Parses a value from a scenario or the command line: `250ms`, `true`, `context-takeover`.
    ///
    /// - Throws: ``TransportOptionFault`` with the value seen and the values allowed.
    package func value(reading text: String) throws(TransportOptionFault) -> TransportOptionValue {
        switch kind {
        case .duration: return try checked(.duration(quantity(text)))
        case .number: return try checked(.number(quantity(text)))
        case .flag:
            if ["true", "false"].contains(text) { return .flag(text == "true") }
        case .choice(let words):
            let word = aliases[text] ?? text
            if words.contains(word) { return .choice(word) }
        }
        throw TransportOptionFault(description: "\(name) is \"\(text.prefix(64))\"; allowed \(rangeText)")
    }

    private func quantity<Value: Quantity>(_ text: String) throws(TransportOptionFault) -> Value {
        do {
            return try Value(quantity: text)
        } catch {
            throw TransportOptionFault(description: "\(name): \(error)")
        }
    }

    private func checked(_ value: TransportOptionValue) throws(TransportOptionFault) -> TransportOptionValue {
        if let complaint = complaint(about: value) { throw TransportOptionFault(description: complaint) }
        return value
    }

    /// - Returns: One sentence if the value is not allowed, else `nil`.
    func complaint(about value: TransportOptionValue) -> String? {
        switch (kind, value) {
        case (.duration(let range), .duration(let time)):
            range.contains(time) ? nil : "\(name) is \(time.spokenText); allowed \(rangeText)"
        case (.number(let range), .number(let number)):
            range.contains(number) ? nil : "\(name) is \(number); allowed \(rangeText)"
        case (.choice(let words), .choice(let word)):
            words.contains(word) ? nil : "\(name) is '\(word)'; allowed: \(rangeText)"
        case (.flag, .flag): nil
        default: "\(name) has a value of the wrong type; allowed: \(rangeText)"
        }
    }
}
