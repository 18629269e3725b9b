import Feed

/// Reads a recording and, if it is there, the due times beside it.
package enum RecordingFile {
    /// - Throws: ``FileFault`` or ``RecordingFault``, each one sentence with the file's name.
    package static func load(_ path: String) throws -> Recording {
        let contents = try TextFile.readBytes(path)
        var dues: [UInt8]?
        do throws(FileFault) {
            dues = try TextFile.readBytes(path + Recording.dueSuffix)
        } catch {
            if error.errorNumber != noSuchFile { throw error }
        }
        return try Recording(contents: contents, dueContents: dues, file: path)
    }

    private static let noSuchFile: Int32 = 2
}
