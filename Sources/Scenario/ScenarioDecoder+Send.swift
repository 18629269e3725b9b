import Feed
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
            let rates = values(Fields.sendRate, in: group), let payloads = values(Fields.sendPayload, in: group),
            let bursts = values(Fields.sendBurst, in: group)
        else { return nil }
        if checkSize(rates.count * payloads.count * bursts.count, at: node.location) { return nil }
        return rates.flatMap { rate in
            payloads.flatMap { payload in
                bursts.map {
                    Scenario.Feed(
                        source: .clients, rate: rate, payload: payload, arrivals: $0 > 1 ? .bursty : .constant,
                        burst: $0 > 1 ? $0 : nil)
                }
            }
        }
    }

    /// Reports a rate so low that no client would send a message, or no burst.
    mutating func checkMessages(of feeds: [Scenario.Feed], within time: Duration, in scenario: FieldGroup) {
        guard let send = scenario.entries["send"] else { return }
        for feed in feeds {
            guard let rate = feed.rate, SendPlan.messages(within: time, at: rate, burst: feed.burst ?? 1) == 0 else {
                continue
            }
            let least = feed.burst.map { "one burst of \($0) messages" } ?? "one message"
            fail(
                send.value.location,
                "rate is \(rate.spokenText), less than \(least) in warmup and duration, \(time.spokenText)")
        }
    }

    /// Why an existing transport cannot be used here; `nil` for an unknown name.
    func reasonAgainst(_ name: String) -> String? {
        if registry.echo(named: name) != nil { return "which carries what clients send and needs send" }
        if registry.receiving(named: name) != nil { return "which carries nothing that clients send" }
        return nil
    }
}
