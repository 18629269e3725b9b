import LinkRelay
import Measurement
import ResultFiles

/// What the simulated networks of a run did, for the manifest.
struct LinkFacts: Sendable {
    /// The group of the manifest's `environment`. A run that goes on has a second group, because percentiles cannot be
    /// added.
    let group: String

    private static let firstGroup = "simulated network"
    private var total = LinkRelayReport()

    init() { group = Self.firstGroup }

    init(resuming manifest: Manifest) {
        let earlier = manifest.environment.keys.filter { $0.hasPrefix(Self.firstGroup) }.count
        group = earlier == 0 ? Self.firstGroup : "\(Self.firstGroup), resumed \(earlier)"
    }

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
