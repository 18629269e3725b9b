import LoadGenerator
import Measurement
import ResultFiles

/// Faults that a run makes on purpose, to test whether the lab detects them.
package struct DeliberateFaults: Equatable, Sendable {
    /// Faults of the load process: of receiving and of scheduled polls.
    package var load = LoadFaults()
    /// Each item is published this much late.
    package var publishDelay = Duration.zero
    /// The server spends this much processor time per item and client, so that its capacity is known. No fault of the
    /// measurement, which is as valid as without it.
    package var itemDelay = Duration.zero

    /// No faults.
    package init() {}

    /// The faults that a manifest lists.
    init(_ manifest: Manifest) {
        func time(_ name: String) -> Duration { manifest.faults[name].flatMap { try? Duration(quantity: $0) } ?? .zero }
        publishDelay = time("publish_delay")
        itemDelay = time("item_delay")
        load.receiveDelay = time("receive_delay")
        load.pollDelay = time("poll_delay")
        load.clock = manifest.faults["foreign_clock"].flatMap { try? ArtificialClock($0) }
    }

    var isEmpty: Bool { self == DeliberateFaults() }

    /// Whether a run with these faults must be rejected, so that it is not measured again.
    var spoilsRuns: Bool {
        var load = load
        // A run with another clock is as valid as without it.
        load.clock = nil
        return publishDelay > .zero || load != LoadFaults()
    }

    /// A sentence for the terminal; `nil` without faults.
    package var sentence: String? {
        let sentences: [String] =
            [
                (publishDelay, "the server publishes each item", "late"),
                (itemDelay, "the server spends", "on each item per client"),
                (load.receiveDelay, "the load process burns", "for each item it receives"),
                (load.pollDelay, "each scheduled poll begins", "late"),
            ].filter { $0.0 > .zero }.map { "\($0.1) \($0.0.quantityText) \($0.2)" }
            + (load.clock.map { ["the clock of a load process differs by \($0.text)"] } ?? [])
        return sentences.isEmpty ? nil : "a fault made on purpose: " + sentences.joined(separator: ", ")
    }

    func note(in manifest: inout Manifest) {
        if !isEmpty { manifest.environment[Manifest.faultGroup] = parts }
    }

    private var parts: [String: String] {
        let all = [
            "publish_delay": publishDelay, "item_delay": itemDelay, "receive_delay": load.receiveDelay,
            "poll_delay": load.pollDelay,
        ]
        var parts = all.filter { $0.value > .zero }.mapValues(\.quantityText)
        parts["foreign_clock"] = load.clock?.text
        return parts
    }
}
