import Glibc

/// The kernel's `/proc` file system, from which this process reads its own figures.
package enum ProcFileSystem {
    /// - Throws: ``ProcFileSystemFault`` if the folder of this process' threads cannot be opened.
    package static func requireReadable(_ folder: String = "/proc/self/task") throws(ProcFileSystemFault) {
        guard access(folder, R_OK | X_OK) == 0 else { throw ProcFileSystemFault() }
    }
}

/// `/proc` is missing or not readable.
package struct ProcFileSystemFault: Error, Equatable, CustomStringConvertible {
    package let description = """
        /proc cannot be read, and this program needs it: its runtime aborts without /proc/self/task; \
        mount it with 'mount -t proc proc /proc'
        """
}

/// The state of other processes.
package enum ProcessWatch {
    /// Whether a process is gone, or waits only for its parent to collect it (proc(5): state Z).
    package static func hasEnded(_ pid: Int32) -> Bool {
        guard let line = TextFile.read("/proc/\(pid)/stat") else { return true }
        // The name in parentheses may contain any character; the state follows the last parenthesis.
        guard let end = line.lastIndex(of: ")") else { return true }
        let state = line[line.index(after: end)...].drop { $0 == " " }.first
        return state == "Z" || state == "X"
    }
}
