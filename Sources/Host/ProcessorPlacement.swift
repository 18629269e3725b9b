import CLinux

/// The processors that server and load generator run on.
///
/// Without pinning, the kernel wakes a client on the processor that has just sent to it. Server and clients then share
/// one processor while the other idles: with two processors this doubled the median delay of a broadcast to 100
/// clients.
package enum ProcessorPlacement {
    /// Processors for each side; `nil` if the process may use only one.
    package static func halves() -> (server: [Int], load: [Int])? {
        let allowed = allowedProcessors()
        guard let last = allowed.last, allowed.count >= 2 else { return nil }
        return (server: Array(allowed.dropLast()), load: [last])
    }

    /// Pins all threads of this process, and those they start, to these processors.
    ///
    /// - Returns: Whether the kernel accepted it.
    package static func pinThisProcess(to processors: [Int]) -> Bool {
        let wanted = processors.map { Int32($0) }
        let threads = (TextFile.folderEntries("/proc/self/task") ?? []).compactMap { Int32($0) }
        return threads.allSatisfy { pushlab_pin_thread($0, wanted, Int32(wanted.count)) }
    }

    package static func allowedProcessors() -> [Int] {
        var processors = [Int32](repeating: 0, count: 1_024)
        let count = pushlab_allowed_processors(&processors, Int32(processors.count))
        return processors.prefix(Int(count)).map { Int($0) }
    }
}
