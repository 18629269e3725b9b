import Link
import Measurement
import Transports

extension Scenario.Network {
    /// Whether a transport can be measured through this network.
    ///
    /// - Parameters:
    ///   - use: The transport with its options.
    ///   - encrypts: Whether connections use TLS, if an address decides that and not the options.
    /// - Returns: A reason against it, as a part of a sentence; `nil` if it can be measured.
    package func conflict(with use: Scenario.TransportUse, encrypts: Bool = false) -> String? {
        if let hold = use.hold, settings.roundTrip >= hold {
            return "the round trip of \(settings.roundTrip.spokenText) is not shorter than the hold of "
                + "\(use.name), \(hold.spokenText); allowed is a round trip below the hold"
        }
        guard settings.buffering != nil else { return nil }
        return reasonAgainstBuffering(use, encrypts: encrypts || use.encrypts).map {
            "buffering does not apply to \(use.name)\($0); the link holds back only responses of HTTP/1.1 without TLS"
        }
    }

    private func reasonAgainstBuffering(_ use: Scenario.TransportUse, encrypts: Bool) -> String? {
        if !use.usesHTTP { return "" }
        if encrypts { return " with TLS" }
        return use.options[HTTPVersion.key].isHTTP2 ? " over HTTP/2" : nil
    }

    /// Why this network cannot be used in a run of this length; `nil` if it can.
    package func conflict(withRunOf time: Duration) -> String? {
        guard let late = settings.stalls.first(where: { $0.after >= time }) else { return nil }
        return "a stall begins after \(late.after.spokenText), but warmup and duration end after \(time.spokenText)"
    }
}

extension LinkSettings {
    /// Fields that contradict each other, one sentence each.
    ///
    /// - Parameter given: The names of the fields that were given, those of a direction with its prefix: `up.queue`.
    /// - Returns: Empty without a contradiction.
    func contradictions(given: Set<String>) -> [String] {
        var sentences: [String] = []
        if roundTrip > LinkBounds.roundTrip.upperBound {
            sentences.append(
                "the delays add up to a round trip of \(roundTrip.spokenText); allowed "
                    + "0 s to \(LinkBounds.roundTrip.upperBound.spokenText)")
        }
        for (prefix, lines) in [("", [up, down]), ("up.", [up]), ("down.", [down])] {
            if given.contains(prefix + "queue"), !slowStart, lines.allSatisfy({ $0.bandwidth == nil }) {
                sentences.append(
                    "\(prefix)queue does not apply: without a bandwidth and without slow start nothing waits")
            }
            if given.contains(prefix + "jitter-distribution"), lines.allSatisfy({ $0.jitter == .zero }) {
                sentences.append("\(prefix)jitter-distribution does not apply: there is no jitter")
            }
        }
        for (earlier, later) in zip(stalls, stalls.dropFirst()) where later.after < earlier.after + earlier.duration {
            sentences.append(
                "the stall after \(later.after.spokenText) begins before the end of the one after "
                    + "\(earlier.after.spokenText); list stalls in order")
        }
        return sentences
    }
}
