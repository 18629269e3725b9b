import Glibc

/// The kernel's `/proc`, from which this process reads its own figures.
package enum ProcFileSystem {
    /// - Throws: ``ProcFileSystemFault`` where the folder of this process' threads cannot be opened.
    package static func requireReadable(_ folder: String = "/proc/self/task") throws(ProcFileSystemFault) {
        guard access(folder, R_OK | X_OK) == 0 else { throw ProcFileSystemFault() }
    }
}

/// `/proc` is not there, or not readable.
package struct ProcFileSystemFault: Error, Equatable, CustomStringConvertible {
    package let description = """
        /proc cannot be read, and this program needs it: its runtime ends the process where /proc/self/task is \
        missing; mount it with 'mount -t proc proc /proc'
        """
}
