/// Resident memory of a process, from `/proc/PID/status` (proc(5)).
struct ProcessMemory: Equatable {
    let residentBytes: Int64
    /// The peak since the start of the process, or since it was reset.
    let peakBytes: Int64

    /// The result is `nil` for a process without memory: it has ended, or it belongs to the kernel.
    ///
    /// - Parameter status: The content of the file.
    init?(_ status: String) {
        var kibibytes: [Substring: Int64] = [:]
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") || line.hasPrefix("VmHWM:") {
            let fields = line.split { $0 == " " || $0 == "\t" }
            guard fields.count > 1, let value = Int64(fields[1]) else { return nil }
            kibibytes[fields[0]] = value
        }
        guard let resident = kibibytes["VmRSS:"], let peak = kibibytes["VmHWM:"] else { return nil }
        (residentBytes, peakBytes) = (resident * 1_024, peak * 1_024)
    }

    /// - Returns: `nil` if the process has no memory, or is gone.
    static func of(_ process: Int32) -> ProcessMemory? {
        TextFile.read("/proc/\(process)/status").flatMap(ProcessMemory.init)
    }
}
