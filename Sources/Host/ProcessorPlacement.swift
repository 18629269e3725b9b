import CLinux
import Glibc

/// The processors that server and load generator run on.
///
/// Without pinning, the kernel wakes a client on the processor that has just sent to it. Server and clients then share
/// one processor while the other idles: with two processors this doubled the median delay of a broadcast to 100
/// clients.
package enum ProcessorPlacement {
    /// Processors for each side; `nil` if the process may use only one.
    ///
    /// - Parameter loads: Number of load processes. Each gets a processor if at least one is left for the server.
    /// - Returns: Two lists without a common processor.
    package static func halves(loads: Int = 1) -> (server: [Int], load: [Int])? {
        let allowed = allowedProcessors()
        guard allowed.count >= 2 else { return nil }
        let count = min(max(1, loads), allowed.count - 1)
        return (server: Array(allowed.dropLast(count)), load: Array(allowed.suffix(count)))
    }

    /// Pins all threads of this process, and those they start, to these processors.
    ///
    /// - Throws: ``PinningFault`` if the kernel refuses it.
    package static func pinThisProcess(to processors: [Int]) throws(PinningFault) {
        let wanted = processors.map { Int32($0) }
        try pinAll {
            (TextFile.folderEntries("/proc/self/task") ?? []).compactMap { Int32($0) }
        } pinning: {
            pushlab_pin_thread($0, wanted, Int32(wanted.count)) ? 0 : errno
        }
    }

    /// Pins another process of this user that has one thread. What it starts from then on inherits the processors.
    ///
    /// - Throws: ``PinningFault`` if the kernel refuses it.
    package static func pin(_ process: Int32, to processors: [Int]) throws(PinningFault) {
        let wanted = processors.map { Int32($0) }
        if !pushlab_pin_thread(process, wanted, Int32(wanted.count)) { throw PinningFault(errorNumber: errno) }
    }

    /// Pins threads that may end or start others meanwhile. A thread inherits the processors of the thread that starts
    /// it, so those that a pinned thread starts are pinned.
    ///
    /// - Parameters:
    ///   - listing: Lists the threads.
    ///   - pin: Pins one of them; returns 0 or `errno`.
    /// - Throws: ``PinningFault`` if one cannot be pinned.
    static func pinAll(_ listing: () -> [Int32], pinning pin: (Int32) -> Int32) throws(PinningFault) {
        var pinned: Set<Int32> = []
        for _ in 0..<mostListings {
            let others = listing().filter { !pinned.contains($0) }
            if others.isEmpty { return }
            for thread in others {
                let error = pin(thread)
                // The thread has ended since it was listed.
                if error != 0, error != ESRCH { throw PinningFault(errorNumber: error) }
                pinned.insert(thread)
            }
        }
    }

    // A process that starts a thread in every listing still ends.
    private static let mostListings = 16

    package static func allowedProcessors() -> [Int] {
        var processors = [Int32](repeating: 0, count: 1_024)
        let count = pushlab_allowed_processors(&processors, Int32(processors.count))
        return processors.prefix(Int(count)).map { Int($0) }
    }
}

/// The kernel did not pin a thread.
package struct PinningFault: Error, Equatable, CustomStringConvertible {
    let errorNumber: Int32

    package var description: String {
        "the kernel does not pin this process to these processors: \(String(cString: strerror(errorNumber)))"
    }
}
