import LinkRelay
import Measurement

/// What the simulated networks of a run did, for the manifest.
struct LinkFacts: Sendable {
    /// The group of the manifest's `environment`.
    static let group = "simulated network"

    private var total = LinkRelayReport()

    mutating func add(_ report: LinkRelayReport) {
        total.addedLatency.merge(report.addedLatency)
        total.connections += report.connections
        total.resets += report.resets
        total.silences += report.silences
        total.bytesUp += report.bytesUp
        total.bytesDown += report.bytesDown
        total.swallowedUp += report.swallowedUp
        total.swallowedDown += report.swallowedDown
    }

    /// All runs of all cases together.
    var facts: [String: String] {
        let added = total.addedLatency
        return [
            "added_p50_us": added.percentile(50).map { String($0) } ?? "",
            "added_p99_us": added.percentile(99).map { String($0) } ?? "",
            "added_max_us": added.max.map { String($0) } ?? "",
            "connections": "\(total.connections)", "resets": "\(total.resets)", "silences": "\(total.silences)",
            "bytes_up": "\(total.bytesUp)", "bytes_down": "\(total.bytesDown)",
            "swallowed_bytes_up": "\(total.swallowedUp)", "swallowed_bytes_down": "\(total.swallowedDown)",
        ].filter { !$0.value.isEmpty }
    }
}
