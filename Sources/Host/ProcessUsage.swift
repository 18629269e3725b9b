import Glibc

/// CPU time, memory and context switches of a process since its start.
package struct ProcessUsage: Codable, Equatable, Sendable {
    package var userMicroseconds: Int64
    package var systemMicroseconds: Int64
    /// Resident memory now, in bytes.
    package var residentBytes: Int64?
    /// Peak resident memory, in bytes.
    package var residentPeakBytes: Int64
    package var voluntarySwitches: Int64
    package var involuntarySwitches: Int64

    package var cpuMicroseconds: Int64 { userMicroseconds + systemMicroseconds }

    /// Usage of this process with all its threads (`getrusage`, whose CPU time comes from the scheduler, exact to 1
    /// µs).
    package static func ofThisProcess() -> ProcessUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ProcessUsage(
            userMicroseconds: microseconds(usage.ru_utime), systemMicroseconds: microseconds(usage.ru_stime),
            residentBytes: residentBytes(),
            // `ru_maxrss` has the memory of the program that started this one, if that is larger.
            residentPeakBytes: peakBytes() ?? Int64(usage.ru_maxrss) * 1_024,
            voluntarySwitches: Int64(usage.ru_nvcsw), involuntarySwitches: Int64(usage.ru_nivcsw))
    }

    /// Usage since an earlier reading; memory as it is now.
    package func since(_ earlier: ProcessUsage) -> ProcessUsage {
        var difference = self
        difference.userMicroseconds -= earlier.userMicroseconds
        difference.systemMicroseconds -= earlier.systemMicroseconds
        difference.voluntarySwitches -= earlier.voluntarySwitches
        difference.involuntarySwitches -= earlier.involuntarySwitches
        return difference
    }

    private static func microseconds(_ time: timeval) -> Int64 {
        Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec)
    }

    /// From now on, the peak of a process of this user is that since now (proc(5): `clear_refs`). No effect if the
    /// kernel does not permit it.
    package static func resetPeak(of process: Int32) {
        let file = open("/proc/\(process)/clear_refs", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = "5".withCString { write(file, $0, 1) }
        Descriptor.close(file)
    }

    private static func peakBytes() -> Int64? {
        let line = TextFile.read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { $0 * 1_024 }
    }

    private static func residentBytes() -> Int64? {
        guard let fields = TextFile.read("/proc/self/statm")?.split(separator: " "), fields.count > 1,
            let pages = Int64(fields[1])
        else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
