import Host
import Measurement

/// One of several servers with the same feed, from its start to its end. If it is the one that is killed, a new process
/// on the same port follows.
struct ScaledServer: Sendable {
    let index: Int
    let server: OwnServer
    /// `nil` for a server that stays.
    let kill: ServerKill?
    let roster: ServerRoster

    /// Runs until `end` finishes.
    ///
    /// - Throws: ``CaseFault`` if a process does not start, ends by itself or does not stop; `CancellationError`.
    func run(until end: AsyncStream<Never>) async throws {
        if let kill {
            var victim = server
            victim.ending = .kill
            try await victim.whileRunning { running in
                roster.started(index, running)
                try await MonotonicClock.sleep(until: kill.begins)
                roster.willBeKilled(index)
            }
            try await MonotonicClock.sleep(until: kill.ends)
        }
        try await server.whileRunning { running in
            roster.started(index, running)
            for await _ in end {}
            try Task.checkCancellation()
        }
    }
}
