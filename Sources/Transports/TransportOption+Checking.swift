import Measurement

/// An option that a transport does not have, or a value it does not allow.
package struct TransportOptionFault: Error, Equatable, CustomStringConvertible {
    package let description: String
}

extension PushTransport {
    /// All options of one use: what was given, checked, and the defaults for the rest.
    package static func checkedOptions(
        _ given: [String: TransportOptionValue]
    ) throws(TransportOptionFault) -> TransportOptions {
        var values: [String: TransportOptionValue] = [:]
        for option in options { values[option.name] = option.defaultValue }
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            if let complaint = try option(named: name).complaint(about: value) {
                throw TransportOptionFault(description: complaint)
            }
            values[name] = value
        }
        let all = TransportOptions(values)
        if let complaint = contradiction(in: all) { throw TransportOptionFault(description: complaint) }
        return all
    }
}

extension ClientTransport {
    /// One sentence if options, each allowed by itself, do not go together, in this transport or in any.
    package static func contradiction(in options: TransportOptions) -> String? {
        Intermediary(options).conflict(in: options) ?? conflict(in: options)
            ?? HTTPVersion(options).conflict(in: options) ?? SessionResumption.conflict(in: options)
    }

    /// - Throws: ``TransportOptionFault`` if the transport has no such option.
    package static func option(named name: String) throws(TransportOptionFault) -> TransportOption {
        if let option = options.first(where: { $0.name == name }) { return option }
        let allowed = options.isEmpty ? "it has none" : "allowed: \(options.map(\.name).joined(separator: ", "))"
        throw TransportOptionFault(description: "\(Self.name) has no option '\(name.prefix(64))'; \(allowed)")
    }
}

extension TransportOption {
    /// - Returns: One sentence if the value is not allowed, else `nil`.
    func complaint(about value: TransportOptionValue) -> String? {
        switch (kind, value) {
        case (.duration(let range), .duration(let time)):
            if range.contains(time) { return nil }
            return
                "\(name) is \(time.spokenText); "
                + "allowed \(range.lowerBound.spokenText) to \(range.upperBound.spokenText)"
        case (.choice(let words), .choice(let word)):
            return words.contains(word) ? nil : "\(name) is '\(word)'; allowed: \(words.joined(separator: ", "))"
        case (.flag, .flag): return nil
        default: return "\(name) has a value of another kind"
        }
    }
}
