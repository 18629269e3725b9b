import Glibc

/// Writes a file piece by piece. It is complete after ``finish()``.
package struct FileAppender: ~Copyable {
    private let name: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    private static let bufferBytes = 256 << 10

    /// Opens the file, and empties it if it exists.
    ///
    /// - Parameters:
    ///   - path: The file to write.
    ///   - name: The file to name in faults, if it is another one.
    /// - Throws: ``FileFault`` if the file cannot be written.
    package init(_ path: String, named name: String? = nil) throws(FileFault) {
        self.name = name ?? path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw FileFault(creating: self.name, errorNumber: errno) }
    }

    deinit { if descriptor >= 0 { Descriptor.close(descriptor) } }

    /// - Throws: ``FileFault`` with the system's reason, such as a full disk.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws(FileFault) {
        buffer += bytes
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    /// Writes what is left, and waits for the disk, which may report only now that it is full.
    ///
    /// - Throws: ``FileFault`` with the system's reason.
    package mutating func finish() throws(FileFault) {
        try flush()
        if fsync(descriptor) != 0, errno != EINVAL { throw FileFault(path: name, errorNumber: errno) }
    }

    private mutating func flush() throws(FileFault) {
        try Descriptor.write(buffer, to: descriptor, named: name)
        buffer.removeAll(keepingCapacity: true)
    }
}
