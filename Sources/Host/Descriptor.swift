import Glibc

/// Operations on file descriptors; the name keeps them distinct from methods called `close` and `write`.
package enum Descriptor {
    /// A write to a pipe or socket whose reader is gone becomes an error instead of the end of the program.
    package static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    package static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// Writes all of the bytes, in as many calls as the system needs.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to write.
    ///   - descriptor: Open for writing, in blocking mode.
    ///   - name: Name of the file in the fault.
    /// - Throws: ``FileFault`` with the system's reason; part of the bytes may be written then.
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
