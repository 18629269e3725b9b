import Measurement
import Transports

/// The field `scale-out`: several servers of one stream behind HAProxy, and what they cannot be measured with.
extension ScenarioDecoder {
    /// The numbers of servers; `nil` is one server without a stream and a proxy.
    mutating func scaleOuts(in group: FieldGroup) -> [Int?]? {
        guard let entry = group.entries[Fields.scaleOut.name] else { return [nil] }
        fieldPlaces[Fields.scaleOut.name] = entry.value.location
        return values(Fields.scaleOut, in: group)
    }

    /// Reports what several servers cannot be measured with.
    mutating func checkScaleOuts(of fields: CaseFields, with use: Scenario.TransportUse) {
        if fields.scaleOuts == [nil] { return }
        let isEcho = fields.feeds.contains { $0.isEcho }
        for strain in fields.strains {
            if let sentence = ScaleOutRule.conflict(with: use, strain, isEcho: isEcho) { failField(sentence) }
        }
    }
}

/// What several servers of one stream behind HAProxy cannot be measured with.
enum ScaleOutRule {
    /// - Returns: One sentence that begins with the field; `nil` without a conflict.
    static func conflict(
        with use: Scenario.TransportUse, _ strain: Scenario.Strain, isEcho: Bool
    ) -> String? {
        let name = Fields.scaleOut.name
        if isEcho { return "\(name) does not apply: with send, the clients send the items, and there is no stream" }
        if !use.usesHTTP {
            return "\(name) does not apply to \(use.name): the servers are behind HAProxy, which passes on only HTTP; "
                + "remove one of the two"
        }
        if use.intermediary != .direct {
            return "\(name) has HAProxy before the servers, so \(use.name) cannot have another proxy; remove through"
        }
        if let reason = Intermediary.haproxy.reason(against: use.options) {
            return "\(name) has HAProxy before the servers, \(reason)"
        }
        if strain.restart?.keepsHistory == false {
            return "\(name) does not combine with the history: lost of reconnect: a server that starts again reads the "
                + "items from the stream; remove history"
        }
        return nil
    }
}
