import Glibc

/// Keeps other processes from writing to a folder while this value exists. If the process ends, the kernel releases the
/// lock.
package final class FolderLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { Descriptor.close(descriptor) }

    /// Whether another program has locked a folder; `false` if that cannot be told.
    package static func isTaken(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { return false }
        defer { Descriptor.close(descriptor) }
        // A shared lock, so that two programs that ask do not see each other.
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Locks a folder.
    ///
    /// - Returns: `nil` if it is locked already.
    /// - Throws: ``FileFault`` if the folder cannot be opened.
    package static func take(_ path: String) throws(FileFault) -> FolderLock? {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw FileFault(path: path, errorNumber: errno) }
        let lock = FolderLock(descriptor)
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return nil }
        // A file system without locks is no reason to refuse the folder.
        return lock
    }
}
