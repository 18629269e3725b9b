import Measurement

extension TransportOption {
    /// Reads a value as a person writes it, in a scenario or on the command line: `250ms`, `true`, `context-takeover`.
    ///
    /// - Throws: ``TransportOptionFault``: what was seen and what is allowed.
    package func value(reading text: String) throws(TransportOptionFault) -> TransportOptionValue {
        switch kind {
        case .duration(let range): return .duration(try time(reading: text, in: range))
        case .flag:
            if ["true", "false"].contains(text) { return .flag(text == "true") }
            throw refusal(of: text, allowed: ["true", "false"])
        case .choice(let words):
            if words.contains(text) { return .choice(text) }
            throw refusal(of: text, allowed: words)
        }
    }

    private func time(
        reading text: String, in range: ClosedRange<Duration>
    ) throws(TransportOptionFault) -> Duration {
        let time: Duration
        do {
            time = try Duration(quantity: text)
        } catch {
            throw TransportOptionFault(description: "\(name): \(error)")
        }
        if let complaint = complaint(about: .duration(time)) { throw TransportOptionFault(description: complaint) }
        return time
    }

    private func refusal(of text: String, allowed words: [String]) -> TransportOptionFault {
        TransportOptionFault(
            description: "\(name) is \"\(text.prefix(64))\"; allowed \(words.joined(separator: ", "))")
    }
}
