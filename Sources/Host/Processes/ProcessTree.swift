import Glibc

/// A program, and all processes that it started.
package struct ProcessTree: Sendable {
    /// The program's process, which leads its own process group.
    package let root: Int32
    /// In the environment of the program.
    package let marker: ProcessMarker

    /// The processes of a program.
    package init(root: Int32, marker: ProcessMarker) {
        self.root = root
        self.marker = marker
    }

    /// The processes that run: descendants of the root, members of its process group, and processes with the marker.
    package func processes() -> [Int32] { stats().filter { !$0.hasEnded }.map(\.pid) }

    /// CPU time of the processes, and of all that ended and were collected by one of them, in µs.
    ///
    /// - Returns: `nil` if no process is left.
    package func cpuTime() -> CPUTime? {
        let stats = stats()
        return stats.isEmpty ? nil : CPUTime(stats, ticksPerSecond: Int64(sysconf(Int32(_SC_CLK_TCK))))
    }

    private func stats() -> [ProcessStat] {
        let all = ProcessStat.all()
        let members = Self.members(of: root, in: all).union(marker.processes())
        return all.filter { members.contains($0.pid) }
    }

    /// The descendants of a process, itself included, and those of its process group's members.
    static func members(of root: Int32, in all: [ProcessStat]) -> Set<Int32> {
        let children = Dictionary(grouping: all, by: \.parent)
        var members: Set<Int32> = []
        var open = all.filter { $0.pid == root || $0.group == root }.map(\.pid)
        while let process = open.popLast() {
            guard members.insert(process).inserted else { continue }
            open += (children[process] ?? []).map(\.pid)
        }
        return members
    }
}

/// CPU time of processes, in µs.
package struct CPUTime: Equatable, Sendable {
    package let userMicroseconds: Int64
    package let systemMicroseconds: Int64

    init(userMicroseconds: Int64, systemMicroseconds: Int64) {
        self.userMicroseconds = userMicroseconds
        self.systemMicroseconds = systemMicroseconds
    }

    /// The sum of processes.
    init(_ stats: [ProcessStat], ticksPerSecond: Int64) {
        let microseconds = 1_000_000 / max(1, ticksPerSecond)
        userMicroseconds = stats.reduce(0) { $0 + $1.userTicks } * microseconds
        systemMicroseconds = stats.reduce(0) { $0 + $1.systemTicks } * microseconds
    }
}
