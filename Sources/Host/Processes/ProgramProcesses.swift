import Glibc
import Measurement

/// The processes of a third-party program: what they use, and their end.
package struct ProgramProcesses: Sendable {
    private let tree: ProcessTree
    private let group: ControlGroup?

    /// - Parameters:
    ///   - root: The program's process, which leads its own process group.
    ///   - marker: In its environment.
    ///   - group: The control group of its processes; `nil` for none.
    package init(root: Int32, marker: ProcessMarker, group: ControlGroup?) {
        tree = ProcessTree(root: root, marker: marker)
        self.group = group
    }

    package var root: Int32 { tree.root }

    /// How CPU time and memory are measured.
    package var method: String { group?.version.rawValue ?? "process tree" }

    /// All processes that run.
    package func running() -> [Int32] { Set(tree.processes() + (group?.processes() ?? [])).sorted() }

    /// What the processes have used since their start.
    ///
    /// - Returns: `nil` if no process is left.
    package func usage() -> ProgramUsage? {
        let processes = group?.processes() ?? tree.processes()
        let memory = processes.compactMap(ProcessMemory.of)
        guard !memory.isEmpty, let cpu = group.map({ $0.cpuTime() }) ?? tree.cpuTime() else { return nil }
        return ProgramUsage(
            cpu: cpu, residentBytes: memory.reduce(0) { $0 + $1.residentBytes },
            residentPeakBytes: memory.reduce(0) { $0 + $1.peakBytes })
    }

    /// From now on, the peak of each process's memory is that since now.
    package func resetPeakMemory() {
        for process in running() { ProcessUsage.resetPeak(of: process) }
    }

    /// Sends a signal to each process.
    package func signal(_ number: Int32) {
        for process in running() { _ = kill(process, number) }
    }

    /// Sends SIGKILL until no process is left.
    ///
    /// - Parameter patience: How long the kernel may take; a process that waits for a device does not end.
    /// - Returns: The processes that are left.
    package func killAll(within patience: Duration) async -> [Int32] {
        let deadline = MonotonicClock.now() + patience
        while true {
            group?.kill()
            let left = running()
            if left.isEmpty || MonotonicClock.now() >= deadline { return left }
            for process in left { _ = kill(process, SIGKILL) }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// What the processes of a program have used since their start.
package struct ProgramUsage: Equatable, Sendable {
    /// Of all processes, ended ones too.
    package let cpu: CPUTime
    /// Resident memory of the processes that run, in bytes. A page that several share counts for each of them.
    package let residentBytes: Int64
    /// The sum of their peaks, in bytes: an upper bound of the peak of the sum.
    package let residentPeakBytes: Int64
}
