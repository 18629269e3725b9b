extension Manifest {
    /// A third-party server that the scenario names.
    package struct PeerRecord: Codable, Sendable, Equatable {
        /// As in the column `server`.
        package var name: String
        /// Its name in reports.
        package var title: String
        /// What it batches or compresses; `nil` if there is nothing to say.
        package var note: String?
        /// The path of its `peer.yaml`, from the working directory of the run.
        package var file: String
        /// The file's text as read.
        package var text: String
        /// SHA-256 of the text, 64 hexadecimal digits.
        package var sha256: String

        package init(name: String, title: String, note: String?, file: String, text: String, sha256: String) {
            (self.name, self.title, self.note) = (name, title, note)
            (self.file, self.text, self.sha256) = (file, text, sha256)
        }
    }

    /// The names of third-party servers that two runs describe differently; a server that only one of them has is not
    /// one.
    package func differingPeers(from other: Manifest) -> [String] {
        let others = Dictionary((other.peers ?? []).map { ($0.name, $0.sha256) }) { first, _ in first }
        return (peers ?? []).filter { one in others[one.name].map { $0 != one.sha256 } ?? false }.map(\.name)
    }
}
