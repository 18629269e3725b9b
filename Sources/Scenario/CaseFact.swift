import Feed
import Measurement
import Transports

/// The value of a field in one case, as scenarios write it: `interval` is `250ms`.
package struct CaseFact: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Whether a text means the same value: `0.25s` is `250ms`.
    func means(_ text: String) -> Bool {
        text == value || equals(text, as: Duration.self) || equals(text, as: ItemRate.self)
            || equals(text, as: ByteCount.self) || equals(text, as: Double.self)
    }

    private func equals<Value: Quantity>(_ text: String, as type: Value.Type) -> Bool {
        guard let left = try? Value(quantity: text), let right = try? Value(quantity: value) else { return false }
        return left == right
    }
}

extension Scenario.Case {
    /// Every field that distinguishes cases, with its value; a field that does not apply is missing.
    var facts: [CaseFact] {
        conditionFacts + [CaseFact("server", server)]
            + transport.type.options.map { CaseFact($0.name, transport.options[$0].text) }
    }

    /// The same without the server and the options of the transport: what cases that can be compared have in common.
    var conditionFacts: [CaseFact] {
        let servers = scaleOut.map { [CaseFact(Fields.scaleOut.name, "\($0)")] } ?? []
        let common = [CaseFact("clients", "\(clients)")] + servers + [CaseFact("network", network?.text ?? "none")]
        let times = [CaseFact("warmup", warmup.quantityText), CaseFact("duration", duration.quantityText)]
        return feed.facts + common + times + strain.facts
    }

    /// Facts that distinguish a case also from cases that lack them.
    static let optionalFacts = Scenario.Strain.optionalFacts.union([Fields.scaleOut.name])

    /// ``facts`` with the named axes.
    var allFacts: [CaseFact] { facts + point }
}

extension Scenario.Feed {
    fileprivate var facts: [CaseFact] {
        let source =
            switch source {
            case .synthetic: "synthetic"
            case .host: "host"
            case .replay(let path): "replay:\(path)"
            case .clients: "clients"
            }
        return [
            CaseFact("source", source), rate.map { CaseFact("rate", $0.quantityText) },
            payload.map { CaseFact("payload", $0.quantityText) },
            self.source == .synthetic ? CaseFact("content", content.rawValue) : nil,
            CaseFact("arrivals", arrivals.rawValue),
            burst.map { CaseFact("burst", "\($0)") }, speed.map { CaseFact("speed", $0.quantityText) },
        ].compactMap { $0 }
    }
}
