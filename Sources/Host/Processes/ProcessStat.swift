/// A process as `/proc/PID/stat` describes it (proc(5)).
package struct ProcessStat: Equatable, Sendable {
    package let pid: Int32
    package let parent: Int32
    /// Its process group.
    package let group: Int32
    /// Whether it has ended, and at most waits for its parent to collect it.
    package let hasEnded: Bool
    /// CPU time in user mode of the process and of the children that it has collected, in clock ticks.
    package let userTicks: Int64
    /// The same in kernel mode.
    package let systemTicks: Int64

    /// The result is `nil` for another format.
    ///
    /// - Parameter line: The content of the file.
    init?(_ line: String) {
        let bytes = Array(line.utf8)
        // The name in parentheses may contain any byte; the other fields follow the last parenthesis.
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")),
            open < close, let pid = Self.number(bytes[..<open].prefix { $0 != UInt8(ascii: " ") })
        else { return nil }
        let fields = bytes[(close + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        // State, parent and group are fields 3 to 5; utime, stime, cutime and cstime are fields 14 to 17.
        guard fields.count >= 15, let state = fields[0].first, let parent = Self.number(fields[1]),
            let group = Self.number(fields[2]), let user = Self.number(fields[11]),
            let system = Self.number(fields[12]), let childUser = Self.number(fields[13]),
            let childSystem = Self.number(fields[14])
        else { return nil }
        self.pid = Int32(clamping: pid)
        self.parent = Int32(clamping: parent)
        self.group = Int32(clamping: group)
        hasEnded = state == UInt8(ascii: "Z") || state == UInt8(ascii: "X")
        userTicks = user + childUser
        systemTicks = system + childSystem
    }

    /// - Returns: `nil` if there is no such process.
    static func read(_ pid: Int32) -> ProcessStat? { TextFile.read("/proc/\(pid)/stat").flatMap(ProcessStat.init) }

    /// All processes that `/proc` shows.
    static func all() -> [ProcessStat] { ProcessFolder.processes().compactMap(read) }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? { Int64(String(decoding: digits, as: UTF8.self)) }
}

/// The folders of processes in `/proc`.
enum ProcessFolder {
    /// The ids of all processes.
    static func processes() -> [Int32] { (TextFile.folderEntries("/proc") ?? []).compactMap { Int32($0) } }
}
