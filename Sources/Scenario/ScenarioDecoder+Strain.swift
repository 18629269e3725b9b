import Measurement
import Transports

extension ScenarioDecoder {
    /// All combinations of the fields on leaving clients, restarts and slow clients.
    mutating func strains(in group: FieldGroup) -> [Scenario.Strain]? {
        for name in StrainFields.names {
            if let entry = group.entries[name] { fieldPlaces[name] = entry.value.location }
        }
        guard let lifetimes = lifetimes(in: group), let restarts = restarts(in: group),
            let slow = slowClients(in: group),
            let histories = histories(in: group),
            let policies = words(
                "slow-subscriber", of: SlowSubscriberPolicy.allCases.map(\.rawValue), default: "disconnect", in: group)
        else { return nil }
        var strains: [Scenario.Strain] = []
        for lifetime in lifetimes {
            for restart in restarts {
                for slow in slow {
                    for history in histories {
                        strains += policies.map { policy in
                            Scenario.Strain(
                                lifetime: lifetime, restart: restart, slow: slow, history: history,
                                slowSubscriber: SlowSubscriberPolicy(rawValue: policy) ?? .disconnect)
                        }
                    }
                }
            }
        }
        return strains
    }

    private mutating func histories(in group: FieldGroup) -> [Int?]? {
        group.entries["history"] == nil ? [nil] : values(StrainFields.history, in: group)
    }

    private mutating func lifetimes(in scenario: FieldGroup) -> [Scenario.Lifetime?]? {
        guard let entry = scenario.entries["lifetime"] else { return [nil] }
        guard case .mapping = entry.value.content else {
            // The bounds of the mean, under the name that was written.
            let field = BoundedField<Duration>("lifetime", StrainFields.mean.range, canSweep: true, "")
            return values(field, in: scenario)?.map {
                Scenario.Lifetime(mean: $0, distribution: Scenario.Lifetime.distributions[0], away: .zero)
            }
        }
        let allowed = ScenarioField.names(under: "lifetime.")
        guard let group = open(entry.value, as: "lifetime", allowed: allowed) else { return nil }
        require("mean", in: group)
        let words = words(
            "distribution", of: Scenario.Lifetime.distributions, default: Scenario.Lifetime.distributions[0], in: group)
        guard let means = values(StrainFields.mean, in: group), let words,
            let aways = values(StrainFields.away, in: group)
        else { return nil }
        return means.flatMap { mean in
            words.flatMap { word in aways.map { Scenario.Lifetime(mean: mean, distribution: word, away: $0) } }
        }
    }

    private mutating func restarts(in scenario: FieldGroup) -> [Scenario.Restart?]? {
        guard let entry = scenario.entries["reconnect"] else { return [nil] }
        let allowed = ScenarioField.names(under: "reconnect.")
        guard let group = open(entry.value, as: "reconnect", allowed: allowed, example: "{after: 5s}") else {
            return nil
        }
        require("after", in: group)
        let flags = ["true", "false"]
        guard let afters = values(StrainFields.after, in: group), let downs = values(StrainFields.down, in: group),
            let waits = values(StrainFields.wait, in: group),
            let backoffs = words("backoff", of: flags, default: "true", in: group),
            let jitters = words("jitter", of: flags, default: "true", in: group),
            let histories = words("history", of: ["kept", "lost"], default: "kept", in: group)
        else { return nil }
        var policies: [ReconnectPolicy] = []
        for wait in waits {
            for backoff in backoffs {
                policies += jitters.map {
                    ReconnectPolicy(wait: wait, backsOff: backoff == "true", hasJitter: $0 == "true")
                }
            }
        }
        return afters.flatMap { after in
            downs.flatMap { down in
                policies.flatMap { policy in
                    histories.map {
                        Scenario.Restart(after: after, down: down, policy: policy, keepsHistory: $0 == "kept")
                    }
                }
            }
        }
    }

    private mutating func slowClients(in group: FieldGroup) -> [Scenario.SlowClients?]? {
        guard let shares = values(StrainFields.share, in: group), let rates = values(StrainFields.readRate, in: group)
        else { return nil }
        if let entry = group.entries["slow-read"], shares.allSatisfy({ $0.fraction == 0 }) {
            fail(entry.keyLocation, "slow-read does not apply: there are no slow-clients")
        }
        return shares.flatMap { share in
            share.fraction == 0 ? [nil] : rates.map { Scenario.SlowClients(share: share, readRate: $0) }
        }
    }

    /// One of a few words, or a list of different ones.
    private mutating func words(
        _ name: String, of allowed: [String], default defaultWord: String, in group: FieldGroup
    ) -> [String]? {
        guard let entry = group.entries[name] else { return [defaultWord] }
        var words: [String] = []
        let areRead = readEach(entry) { decoder, text, location in
            guard allowed.contains(text) else {
                let suggestion = Spelling.suggestion(for: text, among: allowed)
                let list = allowed.joined(separator: ", ")
                decoder.fail(location, "\(name) is \"\(text.prefix(64))\"; allowed \(list)\(suggestion)")
                return false
            }
            if words.contains(text) { decoder.fail(location, "\(name) has \(text) twice in its list") }
            words.append(text)
            return true
        }
        return areRead ? words : nil
    }

    /// Reports what cannot be measured together.
    mutating func checkStrains(of fields: CaseFields, with use: Scenario.TransportUse) {
        let isEcho = fields.feeds.contains { $0.isEcho }
        for strain in fields.strains {
            for network in fields.networks {
                guard let sentence = strain.conflict(with: use, isEcho: isEcho, through: network) else { continue }
                failField(sentence)
            }
            guard let restart = strain.restart else { continue }
            for duration in fields.durations where restart.after + restart.down >= duration {
                failField(
                    "reconnect ends \((restart.after + restart.down).spokenText) after the start of the measurement, "
                        + "which takes \(duration.spokenText); allowed is an end before it")
            }
        }
    }

    /// At the field that the sentence begins with.
    mutating func failField(_ sentence: String) {
        let field = sentence.prefix { $0 != " " }
        if let place = fieldPlaces[String(field)] { fail(place, sentence) }
    }
}
