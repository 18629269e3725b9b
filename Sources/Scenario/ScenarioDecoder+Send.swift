import Measurement
import Transports

extension ScenarioDecoder {
    /// What clients send: one entry per combination of swept fields. It replaces the feeds, and from here on `use` can
    /// name only transports that carry echoes.
    mutating func messages(_ node: SourceNode, in scenario: FieldGroup) -> [Scenario.Feed]? {
        transports = registry.echo
        if let feeds = scenario.entries["feeds"] {
            fail(feeds.keyLocation, "feeds does not apply: with send, the clients send the items")
        }
        guard let group = open(node, as: "send", allowed: ScenarioField.names(under: "send.")),
            let rates = values(Fields.sendRate, in: group), let payloads = values(Fields.sendPayload, in: group)
        else { return nil }
        if checkSize(rates.count * payloads.count, at: node.location) { return nil }
        return rates.flatMap { rate in
            payloads.map { Scenario.Feed(source: .clients, rate: rate, payload: $0) }
        }
    }

    /// Reports a rate so low that no client would send a message.
    mutating func checkMessages(of feeds: [Scenario.Feed], within time: Duration, in scenario: FieldGroup) {
        guard let send = scenario.entries["send"] else { return }
        for rate in feeds.compactMap(\.rate) where SendPlan.messages(within: time, at: rate) == 0 {
            fail(
                send.value.location,
                "rate is \(rate.spokenText), less than one message in warmup and duration, \(time.spokenText)")
        }
    }

    /// Why an existing transport cannot be used here; `nil` for an unknown name.
    func reasonAgainst(_ name: String) -> String? {
        if registry.echo(named: name) != nil { return "which carries what clients send and needs send" }
        if registry.push(named: name) != nil { return "which carries nothing that clients send" }
        return nil
    }
}
