import Glibc

/// Files that appear whole or not at all.
package enum AtomicFile {
    /// Writes beside the target, flushes to the disk, then renames over it.
    ///
    /// - Throws: ``FileFault``; the target is then as it was.
    package static func write(_ contents: String, to path: String) throws(FileFault) {
        try write(Array(contents.utf8), to: path)
    }

    /// The same of any bytes.
    package static func write(_ contents: [UInt8], to path: String) throws(FileFault) {
        let temporary = path + ".partial"
        do throws(FileFault) {
            try writeAll(contents, to: temporary)
        } catch {
            unlink(temporary)
            throw FileFault(path: path, errorNumber: error.errorNumber)
        }
        if rename(temporary, path) != 0 {
            let number = errno
            unlink(temporary)
            throw FileFault(path: path, errorNumber: number)
        }
    }

    /// - Throws: ``FileFault``; a folder that is there already is one.
    package static func makeFolder(_ path: String) throws(FileFault) {
        if mkdir(path, 0o755) != 0 { throw FileFault(path: path, errorNumber: errno) }
    }

    /// Makes a folder and those above it; one that is there already is fine.
    package static func makeFolders(_ path: String) throws(FileFault) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part
            if mkdir(made, 0o755) != 0, errno != EEXIST { throw FileFault(path: made, errorNumber: errno) }
            made += "/"
        }
    }

    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Whether there is anything of this name, a symbolic link that leads nowhere included.
    static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func writeAll(_ bytes: [UInt8], to path: String) throws(FileFault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileFault(path: path, errorNumber: errno) }
        defer { close(descriptor) }
        try Descriptor.write(bytes, to: descriptor, named: path)
        // A full disk may show only now.
        if fsync(descriptor) != 0, errno != EINVAL { throw FileFault(path: path, errorNumber: errno) }
    }
}
