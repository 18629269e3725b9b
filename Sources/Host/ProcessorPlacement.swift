import CLinux

/// On which processors server and load generator run.
///
/// Left alone, the kernel wakes a client on the processor that has just sent to it, so server and clients take turns
/// on one while the other idles: on two processors that doubled the median delay of a broadcast to 100 clients.
package enum ProcessorPlacement {
    /// Processors for each side; both `nil` on a machine with one, where there is nothing to choose.
    package static func halves() -> (server: [Int], load: [Int])? {
        let allowed = allowedProcessors()
        guard let last = allowed.last, allowed.count >= 2 else { return nil }
        return (server: Array(allowed.dropLast()), load: [last])
    }

    /// Keeps all threads of this process, and those they start, on these processors.
    ///
    /// - Returns: Whether the kernel agreed.
    package static func pinThisProcess(to processors: [Int]) -> Bool {
        let wanted = processors.map { Int32($0) }
        let threads = (TextFile.folderEntries("/proc/self/task") ?? []).compactMap { Int32($0) }
        return threads.allSatisfy { pushlab_pin_thread($0, wanted, Int32(wanted.count)) }
    }

    static func allowedProcessors() -> [Int] {
        var processors = [Int32](repeating: 0, count: 1_024)
        let count = pushlab_allowed_processors(&processors, Int32(processors.count))
        return processors.prefix(Int(count)).map { Int($0) }
    }
}
