import Measurement
import Synchronization

/// Several servers with the same feed: which of them run now, and what those used that were killed.
final class ServerRoster: Sendable {
    private struct State {
        var running: [Int: any RunningServer] = [:]
        var killed: [Int: ServerUsage] = [:]
        // Whether a killed server did not answer before.
        var hasUnknownUsage = false
    }

    // Guards the servers: the tasks of the servers change them, and that of the case reads them.
    private let state = Mutex(State())
    private let count: Int
    private let starts: AsyncStream<Void>
    private let noteStart: AsyncStream<Void>.Continuation

    /// - Parameter count: The number of servers.
    init(count: Int) {
        self.count = count
        (starts, noteStart) = AsyncStream.makeStream(of: Void.self)
    }

    /// The server with this index, from 0, is ready; perhaps again.
    func started(_ index: Int, _ server: any RunningServer) {
        state.withLock { $0.running[index] = server }
        noteStart.yield()
    }

    /// The server with this index is about to be killed.
    func willBeKilled(_ index: Int) {
        let server = state.withLock { $0.running.removeValue(forKey: index) }
        let usage = server.flatMap { try? $0.status() }.map { ServerUsage($0) }
        state.withLock { state in
            state.killed[index] = usage
            if usage == nil { state.hasUnknownUsage = true }
        }
    }

    /// Waits until each server has been ready once. Call it once.
    ///
    /// - Returns: The servers in the order of their indices.
    /// - Throws: `CancellationError`.
    func whenAllStarted() async throws -> [any RunningServer] {
        for await _ in starts {
            let running = state.withLock { $0.running }
            if running.count == count { return running.sorted { $0.key < $1.key }.map(\.value) }
        }
        throw CancellationError()
    }

    /// The processes that run now.
    var processes: [Int32] { state.withLock { $0.running.values.flatMap(\.endpoint.processes) } }

    /// What all servers have used, the killed ones included.
    ///
    /// - Parameter now: The instant of the reading.
    /// - Returns: `nil` if one of them does not answer, or did not before it was killed.
    func usage(at now: MonotonicInstant) -> ServerUsage? {
        let seen = state.withLock { $0 }
        if seen.hasUnknownUsage { return nil }
        let running = seen.running.compactMapValues { try? $0.status() }.mapValues { ServerUsage($0) }
        guard running.count == seen.running.count else { return nil }
        return ServerUsage(running: running, killed: seen.killed, at: now)
    }
}

extension ServerUsage {
    /// The sum over several servers: the CPU time of all, the memory of the running ones, and the sum of their peaks,
    /// although they may have had them at different times.
    ///
    /// - Parameters:
    ///   - running: What the processes that run have used, by the index of the server.
    ///   - killed: What those have used that ran before them.
    ///   - instant: When it was read.
    init(running: [Int: ServerUsage], killed: [Int: ServerUsage], at instant: MonotonicInstant) {
        let all = Array(running.values) + Array(killed.values)
        let peaks = running.mapValues(\.residentPeakBytes)
            .merging(killed.mapValues(\.residentPeakBytes)) { max($0, $1) }
        let resident = running.values.map(\.residentBytes)
        self.init(
            instant: instant, userMicroseconds: all.reduce(0) { $0 + $1.userMicroseconds },
            systemMicroseconds: all.reduce(0) { $0 + $1.systemMicroseconds },
            residentBytes: resident.contains(nil) ? nil : resident.reduce(0) { $0 + ($1 ?? 0) },
            residentPeakBytes: peaks.values.reduce(0, +))
    }
}
