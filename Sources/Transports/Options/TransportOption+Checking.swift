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

    /// Says that other transports have an option.
    ///
    /// - Parameters:
    ///   - name: The option's name.
    ///   - shown: The option as written.
    ///   - others: The transports that may have it.
    /// - Returns: `interval is an option of short-poll, not of sse`; `nil` if this transport has it, or no other one.
    package static func misplaced(
        _ name: String, writtenAs shown: String, among others: [any ClientTransport.Type]
    ) -> String? {
        if options.contains(where: { $0.name == name }) { return nil }
        let owners = others.filter { $0.options.contains { $0.name == name } }.map { $0.name }
        return owners.isEmpty
            ? nil : "\(shown) is an option of \(owners.joined(separator: ", ")), not of \(Self.name)"
    }
}

extension TransportOption {
    /// Parses a value from a scenario or the command line: `250ms`, `true`, `context-takeover`.
    ///
    /// - Parameters:
    ///   - text: The value as written.
    ///   - shownName: The option as written, for the error; `nil` for its name.
    /// - Returns: A value that is allowed.
    /// - Throws: ``TransportOptionFault`` with the value seen and the values allowed.
    package func value(
        reading text: String, of shownName: String? = nil
    ) throws(TransportOptionFault) -> TransportOptionValue {
        let shownName = shownName ?? name
        do {
            switch kind {
            case .duration(let range): return .duration(try Duration(quantity: text, in: range))
            case .number(let range): return .number(try Int(quantity: text, in: range))
            case .flag:
                if ["true", "false"].contains(text) { return .flag(text == "true") }
            case .choice(let words):
                let word = aliases[text] ?? text
                if words.contains(word) { return .choice(word) }
            }
        } catch {
            throw TransportOptionFault(description: error.sentence(about: shownName))
        }
        throw TransportOptionFault(
            description: "\(shownName) is \(ShownValue.text(text)); allowed \(rangeText)\(suggestion(for: text))")
    }

    /// For a flag, also the words for yes and no of YAML 1.1.
    private func suggestion(for text: String) -> String {
        switch kind {
        case .choice(let words): Spelling.suggestion(for: text, among: words, otherNames: otherWords)
        case .flag:
            Spelling.suggestion(
                for: text, among: ["true", "false"],
                otherNames: ["yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"])
        case .duration, .number: ""
        }
    }

    /// - Returns: One sentence if the value is not allowed, else `nil`.
    func complaint(about value: TransportOptionValue) -> String? {
        switch (kind, value) {
        case (.duration(let range), .duration(let time)):
            range.contains(time) ? nil : "\(name) is \(time.spokenText); allowed \(rangeText)"
        case (.number(let range), .number(let number)):
            range.contains(number) ? nil : "\(name) is \(number); allowed \(rangeText)"
        case (.choice(let words), .choice(let word)):
            words.contains(word) ? nil : "\(name) is \"\(word)\"; allowed \(rangeText)"
        case (.flag, .flag): nil
        default: "\(name) has a value of the wrong type; allowed \(rangeText)"
        }
    }
}
