import Glibc
import Host

/// Standard output, where a server prints its announcement and a feed its items.
package enum StandardOutput {
    /// What faults call it.
    package static let name = "standard output"

    /// - Throws: ``FileFault`` if it is closed. Its descriptor may then belong to an event queue of the runtime, opened
    ///   before the program starts; such a file has no type.
    package static func check() throws(FileFault) {
        var status = stat()
        if fstat(STDOUT_FILENO, &status) < 0 || status.st_mode & S_IFMT == 0 {
            throw FileFault(path: name, errorNumber: EBADF)
        }
    }

    /// - Throws: ``FileFault`` with the system's reason.
    package static func write(_ bytes: [UInt8]) throws(FileFault) {
        try Descriptor.write(bytes, to: STDOUT_FILENO, named: name)
    }
}
