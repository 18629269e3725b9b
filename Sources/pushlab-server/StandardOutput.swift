import Glibc
import Host

/// Standard output, where the server says that it is ready.
enum StandardOutput {
    private static let name = "standard output"

    /// - Throws: ``FileFault`` if it is closed. Another file gets its number then, perhaps before the program begins:
    ///   an event queue of the runtime, which has no type.
    static func check() throws(FileFault) {
        var status = stat()
        if fstat(STDOUT_FILENO, &status) < 0 || status.st_mode & S_IFMT == 0 {
            throw FileFault(path: name, errorNumber: EBADF)
        }
    }

    /// - Throws: ``FileFault`` with the system's reason.
    static func write(_ bytes: [UInt8]) throws(FileFault) {
        try Descriptor.write(bytes, to: STDOUT_FILENO, named: name)
    }
}
