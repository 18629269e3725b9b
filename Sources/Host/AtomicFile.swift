import Glibc

/// Files that appear whole or not at all.
package enum AtomicFile {
    /// Writes a temporary file next to the target, flushes it to the disk, then renames it over the target.
    ///
    /// - Throws: ``FileFault``; the target is then unchanged.
    package static func write(_ contents: String, to path: String) throws(FileFault) {
        try write(Array(contents.utf8), to: path)
    }

    /// The same for bytes.
    package static func write(_ contents: [UInt8], to path: String) throws(FileFault) {
        try replace(path) { (file) throws(FileFault) in try file.append(contents) }
    }

    /// Copies a file with another beginning; its size does not matter.
    ///
    /// - Parameters:
    ///   - source: The file to copy.
    ///   - offset: The first byte to copy.
    ///   - beginning: Bytes before it.
    ///   - path: The file to write.
    /// - Throws: ``FileFault``; the target is then unchanged.
    package static func copy(
        _ source: String, from offset: Int, after beginning: [UInt8], to path: String
    ) throws(FileFault) {
        try replace(path) { (file) throws(FileFault) in
            var pieces = try FilePieces(source, from: offset)
            try file.append(beginning)
            while let piece = try pieces.next() { try file.append(piece) }
        }
    }

    private static func replace(
        _ path: String, _ fill: (inout FileAppender) throws(FileFault) -> Void
    ) throws(FileFault) {
        let temporary = path + ".partial"
        do throws(FileFault) {
            var file = try FileAppender(temporary, named: path)
            try fill(&file)
            try file.finish()
        } catch {
            unlink(temporary)
            throw error
        }
        if rename(temporary, path) != 0 {
            let number = errno
            unlink(temporary)
            throw FileFault(path: path, errorNumber: number)
        }
    }

    /// - Throws: ``FileFault``, also if the folder exists.
    package static func makeFolder(_ path: String) throws(FileFault) {
        if mkdir(path, 0o755) != 0 { throw FileFault(creating: path, errorNumber: errno) }
    }

    /// Creates a folder and its parents; a folder that exists is not an error.
    package static func makeFolders(_ path: String) throws(FileFault) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw FileFault(creating: made, errorNumber: errno) }
            made += "/"
        }
    }

    /// Removes a file; one that does not exist is not an error.
    package static func remove(_ path: String) {
        unlink(path)
    }

    /// Removes an empty folder.
    ///
    /// - Returns: False if it is not empty, or cannot be removed.
    package static func removeFolder(_ path: String) -> Bool {
        rmdir(path) == 0
    }

    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether an entry of this name exists; a dangling symbolic link counts.
    static func entryExists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
