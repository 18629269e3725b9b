import Glibc

/// A file descriptor's end, under a name that does not hide the methods called `close`.
package enum Descriptor {
    package static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// Writes all of the bytes, in as many pieces as the system takes.
    ///
    /// - Parameters:
    ///   - bytes: What is written.
    ///   - descriptor: Open for writing, and blocking.
    ///   - name: What the fault calls the file.
    /// - Throws: ``FileFault`` with the system's reason; a part may be written then.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, named name: String) throws(FileFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
            }
            if count < 0, errno != EINTR { throw FileFault(path: name, errorNumber: errno) }
            written += max(0, count)
        }
    }
}
