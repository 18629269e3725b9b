import LoadGenerator
import Measurement
import ResultFiles

/// Faults that a run makes on purpose, to test whether the lab detects them.
package struct DeliberateFaults: Equatable, Sendable {
    package var load = LoadFaults()
    /// Each item is published this much late.
    package var publishDelay = Duration.zero

    package init() {}

    var isEmpty: Bool { self == DeliberateFaults() }

    /// A sentence for the terminal; `nil` without faults.
    package var sentence: String? {
        let sentences = [
            (publishDelay, "the server publishes each item", "late"),
            (load.receiveDelay, "the load process burns", "for each item it receives"),
            (load.pollDelay, "each scheduled poll begins", "late"),
        ].filter { $0.0 > .zero }.map { "\($0.1) \($0.0.quantityText) \($0.2)" }
        return sentences.isEmpty ? nil : "a fault made on purpose: " + sentences.joined(separator: ", ")
    }

    func note(in manifest: inout Manifest) {
        if !isEmpty { manifest.environment[Manifest.faultGroup] = parts }
    }

    private var parts: [String: String] {
        let all = [
            "publish_delay": publishDelay, "receive_delay": load.receiveDelay, "poll_delay": load.pollDelay,
        ]
        return all.filter { $0.value > .zero }.mapValues(\.quantityText)
    }
}
