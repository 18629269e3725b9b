/// Looks after processes by their id.
package enum ProcessWatch {
    /// Whether a process is gone or waits only to be collected by its parent (proc(5): state Z).
    package static func hasEnded(_ pid: Int32) -> Bool {
        guard let line = TextFile.read("/proc/\(pid)/stat") else { return true }
        // The name in parentheses may hold anything; the state follows the last one.
        guard let end = line.lastIndex(of: ")") else { return true }
        let state = line[line.index(after: end)...].drop { $0 == " " }.first
        return state == "Z" || state == "X"
    }
}
