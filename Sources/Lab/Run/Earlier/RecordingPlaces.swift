import Codecs
import Feed
import Host
import ResultFiles

/// Where the recordings of a scenario are read: where the scenario says, or from the copies in the folder of a run.
struct RecordingPlaces: Sendable, Equatable {
    // By the scenario's path.
    private var copies: [String: String] = [:]

    init() {}

    /// Finds the recordings of an earlier run: the original if it has not changed, otherwise the run's copy.
    ///
    /// - Parameters:
    ///   - records: The manifest's list.
    ///   - folder: The folder of the run.
    /// - Throws: ``EarlierRunFault/recordingLost`` if neither has the bytes of the earlier run.
    init(_ records: [Manifest.RecordingRecord], in folder: String) throws(EarlierRunFault) {
        for record in records where !Self.has(record, at: record.path) {
            guard let file = record.file, Self.has(record, at: "\(folder)/\(file)") else {
                throw .recordingLost(record.path, isMissing: !AtomicFile.exists(record.path), folder: folder)
            }
            copies[record.path] = "\(folder)/\(file)"
        }
    }

    /// The file to read for a path of the scenario.
    subscript(path: String) -> String { copies[path] ?? path }

    private static func has(_ record: Manifest.RecordingRecord, at path: String) -> Bool {
        guard let bytes = try? TextFile.readBytes(path), SHA256.hexDigest(of: bytes) == record.sha256 else {
            return false
        }
        let dues = try? TextFile.readBytes(path + Recording.dueSuffix)
        return dues.map { SHA256.hexDigest(of: $0) } == record.dueSHA256
    }
}
