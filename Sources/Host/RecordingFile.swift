import Feed
import Glibc

/// Reads a recording and, if it exists, the file with its due times.
package enum RecordingFile {
    /// - Throws: ``FileFault`` or ``RecordingFault``, each one sentence with the file's name. A pipe or a device is a
    ///   fault: a run reads its recording several times.
    package static func load(_ path: String) throws -> Recording {
        if PathKind(path) == .file, !PathKind.isRegular(path) { throw FileFault(path: path, errorNumber: ESPIPE) }
        let contents = try TextFile.readBytes(path)
        var dues: [UInt8]?
        do throws(FileFault) {
            dues = try TextFile.readBytes(path + Recording.dueSuffix)
        } catch {
            if error.errorNumber != ENOENT { throw error }
        }
        return try Recording(contents: contents, dueContents: dues, file: path)
    }
}

/// Writes a recording as its lines arrive, to `FILE.partial`, which is renamed to `FILE` at the end.
///
/// The file is opened before the first item, so that a missing or unwritable folder is detected before the work.
package final class RecordingWriter {
    private let path: String
    private var file: FileAppender
    private var dues: [Int64] = []
    private var isFinished = false

    private var partialPath: String { path + ".partial" }

    /// - Throws: ``FileFault`` if the file, or the file for its due times, cannot be written.
    package init(_ path: String) throws(FileFault) {
        self.path = path
        for existing in [path, path + Recording.dueSuffix] where AtomicFile.entryExists(existing) {
            throw FileFault(path: existing, errorNumber: EEXIST)
        }
        file = try FileAppender(path + ".partial", named: path)
    }

    deinit {
        if !isFinished { unlink(path + ".partial") }
    }

    /// Number of items written.
    var count: Int { dues.count }

    /// - Parameters:
    ///   - line: The item's data.
    ///   - due: Its due time, µs since the feed's epoch; never decreasing.
    /// - Throws: ``FileFault`` with the system's reason, such as a full disk.
    package func append(_ line: ItemLine, due: Int64) throws(FileFault) {
        dues.append(due)
        try file.append(line.bytes)
        try file.append(CollectionOfOne(UInt8(ascii: "\n")))
    }

    /// Completes the two files of the recording.
    ///
    /// - Throws: ``FileFault``; then neither file exists.
    package func finish() throws(FileFault) {
        try file.finish()
        let duePath = path + Recording.dueSuffix
        try AtomicFile.write(Recording.dueText(dues), to: duePath)
        if rename(partialPath, path) != 0 {
            let number = errno
            unlink(duePath)
            throw FileFault(path: path, errorNumber: number)
        }
        isFinished = true
    }
}
