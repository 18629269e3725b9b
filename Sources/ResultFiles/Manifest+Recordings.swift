extension Manifest {
    /// A recording that a feed replays: which one, and where its copy is.
    package struct RecordingRecord: Codable, Sendable, Equatable {
        /// Where it was read, from the working folder.
        package var path: String
        package var bytes: Int
        /// SHA-256 of the recording's bytes, 64 hexadecimal digits.
        package var sha256: String
        /// The same of the due times beside it; `nil` if there are none.
        var dueSHA256: String?
        /// The copy inside the run's folder, due times beside it under the same name with `.due`; `nil` for a recording
        /// of 1 MiB or more.
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

        /// What two runs must have in common to have carried the same items at the same times.
        var content: [String] { [sha256, dueSHA256 ?? ""] }
    }

    /// Whether two runs replayed the same recordings; one that does not say (an older folder) contradicts none.
    package func hasSameRecordings(as other: Manifest) -> Bool {
        guard let own = recordings, let others = other.recordings else { return true }
        return own.map(\.content) == others.map(\.content)
    }

    /// The files of the run's folder that are copies of recordings.
    package var recordingFiles: [String] {
        (recordings ?? []).flatMap { record in
            record.file.map { record.dueSHA256 == nil ? [$0] : [$0, $0 + ".due"] } ?? []
        }
    }
}
