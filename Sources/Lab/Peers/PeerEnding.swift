import Glibc
import Host
import Measurement

/// How long the steps of a third-party server may take.
struct PeerTimes: Sendable {
    /// From its start until it is ready.
    var start = Duration.seconds(60)
    /// From the end of its input until SIGTERM.
    var endOfInput = Duration.seconds(1)
    /// From SIGTERM until SIGKILL.
    var termination = Duration.seconds(2)
    /// How long the kernel may take to end processes after SIGKILL.
    var killing = Duration.seconds(5)
    /// For the command that prints its version.
    var version = Duration.seconds(30)
    var build = Duration.seconds(600)

    /// From the end of its input until it is killed.
    var ending: Duration { endOfInput + termination }
}

/// Ends a third-party server: the end of its input, then SIGTERM, then SIGKILL to all its processes.
enum PeerEnding {
    enum Outcome: Equatable, Sendable {
        /// Its process has ended by itself, or after SIGTERM. Processes that it had left were killed.
        case stopped
        case killed
        case unkillable([Int32])
    }

    /// - Parameters:
    ///   - processes: The server's.
    ///   - input: Its standard input, which no feeder writes to any more.
    ///   - times: How long each step may take.
    /// - Returns: What had to be done.
    static func end(_ processes: ProgramProcesses, input: ItemPipe, within times: PeerTimes) async -> Outcome {
        // Another task, because Ctrl-C may have cancelled this one.
        await Task { () -> Outcome in
            input.closeWriting()
            var hasStopped = await hasEnded(processes.root, within: times.endOfInput)
            if !hasStopped {
                processes.signal(SIGTERM)
                hasStopped = await hasEnded(processes.root, within: times.termination)
            }
            let left = await processes.killAll(within: times.killing)
            if !left.isEmpty { return .unkillable(left) }
            return hasStopped ? .stopped : .killed
        }.value
    }

    private static func hasEnded(_ process: Int32, within patience: Duration) async -> Bool {
        let deadline = MonotonicClock.now() + patience
        while !ProcessWatch.hasEnded(process) {
            if MonotonicClock.now() >= deadline { return false }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
