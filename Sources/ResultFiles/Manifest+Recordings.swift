extension Manifest {
    /// A recording that a feed replays, and where its copy is.
    package struct RecordingRecord: Codable, Sendable, Equatable {
        /// The path by which the scenario names it, from the working directory of the run.
        package var path: String
        package var bytes: Int
        /// SHA-256 of the recording's bytes, 64 hexadecimal digits.
        package var sha256: String
        /// SHA-256 of its file of due times; `nil` without such a file.
        package var dueSHA256: String?
        /// The copy in the run's folder, with its due times in a second file that ends with `.due`; `nil` for a
        /// recording of 1 MiB or more.
        package var file: String?

        package init(path: String, bytes: Int, sha256: String, dueSHA256: String?, file: String?) {
            self.path = path
            self.bytes = bytes
            self.sha256 = sha256
            self.dueSHA256 = dueSHA256
            self.file = file
        }

        private enum CodingKeys: String, CodingKey {
            case path, bytes, sha256, file
            case dueSHA256 = "due_sha256"
        }

        /// Equal for two runs that carried the same items at the same times.
        var content: [String] { [sha256, dueSHA256 ?? ""] }
    }

    /// Whether two runs replayed the same recordings; true if one of them lists none, as older folders do.
    package func hasSameRecordings(as other: Manifest) -> Bool {
        guard let own = recordings, let others = other.recordings else { return true }
        return own.map(\.content) == others.map(\.content)
    }

    /// The copies of recordings in the run's folder.
    package var recordingFiles: [String] {
        (recordings ?? []).flatMap { record in
            record.file.map { record.dueSHA256 == nil ? [$0] : [$0, $0 + ".due"] } ?? []
        }
    }
}
