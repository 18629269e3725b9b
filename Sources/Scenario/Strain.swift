import Measurement
import Transports

extension Scenario {
    /// What clients and server go through during the measurement: clients that leave, a restart, clients that read
    /// slowly.
    package struct Strain: Sendable, Hashable {
        /// `nil` if clients stay.
        package var lifetime: Lifetime?
        /// `nil` if the server does not restart.
        package var restart: Restart?
        /// `nil` if there are no slow clients.
        package var slow: SlowClients?
        /// Items that the server keeps; `nil` for as many as the case can need.
        package var history: Int?
        package var slowSubscriber: SlowSubscriberPolicy

        package init(
            lifetime: Lifetime? = nil, restart: Restart? = nil, slow: SlowClients? = nil, history: Int? = nil,
            slowSubscriber: SlowSubscriberPolicy = .disconnect
        ) {
            (self.lifetime, self.restart, self.slow) = (lifetime, restart, slow)
            (self.history, self.slowSubscriber) = (history, slowSubscriber)
        }
    }

    /// Clients that leave and come back with the items that they have.
    package struct Lifetime: Sendable, Hashable {
        package let mean: Duration
        /// A raw value of the load generator's distributions.
        package let distribution: String
        package let away: Duration

        static let distributions = ["exponential", "uniform", "constant"]
    }

    /// The server ends all connections, is away, and comes back.
    package struct Restart: Sendable, Hashable {
        /// From the start of the measurement.
        package let after: Duration
        package let down: Duration
        package let policy: ReconnectPolicy
        package let keepsHistory: Bool
    }

    /// Additional clients that read slowly.
    package struct SlowClients: Sendable, Hashable {
        package let share: Percentage
        package let readRate: BitRate

        /// At least one.
        package func count(beside clients: Int) -> Int {
            max(1, Int((Double(clients) * share.fraction).rounded()))
        }
    }
}

extension Scenario.Strain {
    /// Longest time for which a client is away by itself.
    package var longestAbsence: Duration { lifetime?.away ?? .zero }

    /// A short name, safe in file names; empty without any strain.
    var id: String {
        var parts: [String] = []
        if let lifetime {
            parts.append("lifetime-\(lifetime.mean.quantityText)")
            if lifetime.distribution != Scenario.Lifetime.distributions[0] { parts.append(lifetime.distribution) }
            if lifetime.away != .zero { parts.append("away-\(lifetime.away.quantityText)") }
        }
        if let restart {
            parts.append("restart-\(restart.after.quantityText)")
            parts.append("wait-\(restart.policy.wait.quantityText)")
            if !restart.policy.backsOff { parts.append("no-backoff") }
            if !restart.policy.hasJitter { parts.append("no-jitter") }
            if !restart.keepsHistory { parts.append("history-lost") }
        }
        if let slow {
            parts.append("slow-\(slow.share.quantityText.replacing("%", with: "pct"))")
            parts.append(slow.readRate.quantityText)
        }
        if let history { parts.append("history-\(history)") }
        if slowSubscriber != .disconnect { parts.append(slowSubscriber.rawValue) }
        return fileNameSafe(parts.joined(separator: "-"))
    }

    /// Facts that some cases lack: a group of fields begins with one of these.
    static let optionalFacts: Set<String> = ["lifetime.mean", "reconnect.after", "history"]

    /// The fields as scenarios write them.
    var facts: [CaseFact] {
        var facts: [CaseFact] = []
        if let lifetime {
            facts.append(CaseFact("lifetime.mean", lifetime.mean.quantityText))
            facts.append(CaseFact("lifetime.distribution", lifetime.distribution))
            facts.append(CaseFact("lifetime.away", lifetime.away.quantityText))
        }
        if let restart {
            facts.append(CaseFact("reconnect.after", restart.after.quantityText))
            facts.append(CaseFact("reconnect.down", restart.down.quantityText))
            facts.append(CaseFact("reconnect.wait", restart.policy.wait.quantityText))
            facts.append(CaseFact("reconnect.backoff", "\(restart.policy.backsOff)"))
            facts.append(CaseFact("reconnect.jitter", "\(restart.policy.hasJitter)"))
            facts.append(CaseFact("reconnect.history", restart.keepsHistory ? "kept" : "lost"))
        }
        facts.append(CaseFact("slow-clients", (slow?.share ?? Percentage(percent: 0)).quantityText))
        if let slow { facts.append(CaseFact("slow-read", slow.readRate.quantityText)) }
        if let history { facts.append(CaseFact("history", "\(history)")) }
        facts.append(CaseFact("slow-subscriber", slowSubscriber.rawValue))
        return facts
    }

    /// Why this cannot be measured with a transport; `nil` if it can. Names the field first.
    func conflict(with use: Scenario.TransportUse, isEcho: Bool, through network: Scenario.Network?) -> String? {
        let present = [
            lifetime == nil ? nil : "lifetime", restart == nil ? nil : "reconnect", slow == nil ? nil : "slow-clients",
        ].compactMap(\.self)
        guard let field = present.first else { return nil }
        if isEcho { return "\(field) does not apply: with send, the clients send the items" }
        if let sentence = conflictOverHTTP2(of: field, with: use) { return sentence }
        guard restart != nil else { return nil }
        if let proxy = use.intermediary.programName {
            return "reconnect is a restart of the server, not of \(proxy); remove through"
        }
        return network == nil
            ? nil : "reconnect does not combine with network, which has other connections to the server"
    }

    /// Why this cannot be measured over the transport's HTTP version.
    private func conflictOverHTTP2(of field: String, with use: Scenario.TransportUse) -> String? {
        let version = use.options[HTTPVersion.key]
        guard version.isHTTP2 else { return nil }
        if restart != nil {
            return "reconnect is measured over HTTP/1.1 only: the server does not count HTTP/2 connections that end "
                + "before they carry the feed; set http: 1.1"
        }
        if use.type.client.isMadeOfExchanges {
            return "\(field) over HTTP/2 is measured for websocket only: with requests the server counts the frames, "
                + "and lacks those on their way when a connection ends; set http: 1.1"
        }
        if slow != nil, version == .twoShared {
            return "slow-clients does not apply to http: 2-shared, where all clients read one connection; set http: 2"
        }
        return nil
    }
}
