import ResultFiles

/// Differences between two runs of the same scenario: machine, versions, third-party servers, recordings.
package enum RunDifferences {
    private static let facts = [
        "cpu_model", "cpus_online", "architecture", "hypervisor", "cpu_governor", "kernel", "operating_system",
    ]

    /// One sentence per kind of difference. A value that a manifest lacks is not a difference.
    package static func sentences(_ first: Manifest, _ second: Manifest) -> [String] {
        let machine = differences(
            first.environment["machine"] ?? [:], second.environment["machine"] ?? [:], names: facts)
        let versions = differences(
            first.versions, second.versions, names: Set(first.versions.keys).union(second.versions.keys).sorted())
        var sentences: [String] = []
        if !machine.isEmpty {
            sentences.append(
                "the machines differ: \(machine.joined(separator: "; ")). Delays and CPU times of different machines "
                    + "are not comparable")
        }
        if !versions.isEmpty { sentences.append("the versions differ: \(versions.joined(separator: "; "))") }
        for name in first.differingPeers(from: second) {
            sentences.append(
                "the server \(name) is described differently: peer.yaml has SHA-256 \(peer(name, first)) vs "
                    + "\(peer(name, second))")
        }
        if !first.hasSameRecordings(as: second) {
            sentences.append(
                "the recordings differ (SHA-256): \(recordings(first)) vs \(recordings(second)). The runs delivered "
                    + "different items")
        }
        return sentences
    }

    private static func differences(
        _ first: [String: String], _ second: [String: String], names: [String]
    ) -> [String] {
        names.compactMap { name in
            guard let one = first[name], let other = second[name], one != other else { return nil }
            return "\(name) \(one) vs \(other)"
        }
    }

    private static func peer(_ name: String, _ manifest: Manifest) -> Substring {
        manifest.peers?.first { $0.name == name }?.sha256.prefix(12) ?? ""
    }

    private static func recordings(_ manifest: Manifest) -> String {
        let recordings = manifest.recordings ?? []
        if recordings.isEmpty { return "none" }
        return recordings.map { "\($0.path) \($0.sha256.prefix(12))" }.joined(separator: ", ")
    }
}
