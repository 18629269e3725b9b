import Foundation
import HTTP
import Host
import LoadGenerator
import Measurement
import Synchronization
import Transports

/// A load process that was started.
final class StartedProcess: ReadyLoad {
    private let pid: Int32
    private let place: String?
    private let lines: AsyncStream<String>
    private let margin: Duration
    private let write: @Sendable (String) async -> Void
    private let end: @Sendable () async -> Void
    // Guards what the process has said, and whether it has a plan: the lab's tasks set and read it.
    private let state = Mutex(State())

    private struct State {
        var hello: WorkerHello?
        /// How far its clock was ahead of the lab's when it said hello, to some milliseconds.
        var ahead = Duration.zero
        var hasPlan = false
        var firstOtherText: String?
    }

    private static let lookPeriod = Duration.milliseconds(20)
    /// Lines before the hello, such as a banner of ssh or the output of a module system.
    static let mostOtherLines = 100

    init(
        pid: Int32, place: String?, lines: AsyncStream<String>, margin: Duration,
        write: @escaping @Sendable (String) async -> Void, end: @escaping @Sendable () async -> Void
    ) {
        (self.pid, self.place, self.lines, self.margin, self.write, self.end) = (pid, place, lines, margin, write, end)
    }

    /// Whether the process was given a plan; without one its exit code means nothing.
    var hasPlan: Bool { state.withLock { $0.hasPlan } }

    /// The first line that the process printed before its hello, in quotation marks; `nil` for none.
    var firstOtherText: String? { state.withLock { $0.firstOtherText } }

    /// Waits until the process says that it is ready, and checks its version.
    ///
    /// - Throws: ``CaseFault`` if the process ends, prints too much other text or is not ready in time; or if it is of
    ///   another version.
    func awaitHello(within timeout: Duration) async throws {
        let limit = MonotonicClock.now() + timeout
        var count = 0
        while true {
            let (line, isLate) = await nextLine(before: limit)
            try Task.checkCancellation()
            if isLate {
                throw CaseFault.loadFailed(how: "stopped", complaint: "it was not ready within \(timeout.spokenText)")
            }
            guard let line else { throw CaseFault.loadFailed(how: "", complaint: "") }
            if let hello = WorkerHello(line: line) { return try take(hello) }
            count += 1
            let text = line.quotedLine
            let first = state.withLock { state in
                state.firstOtherText = state.firstOtherText ?? text
                return state.firstOtherText ?? text
            }
            if count == Self.mostOtherLines { throw CaseFault.noHello(lines: count, first: first) }
        }
    }

    private func take(_ hello: WorkerHello) throws(CaseFault) {
        let now = MonotonicClock.now()
        let isSame = hello.clock != nil && hello.clock == MonotonicClock.identity
        let ahead = isSame ? .zero : MonotonicInstant(nanoseconds: hello.nowNanoseconds) - now
        state.withLock { ($0.hello, $0.ahead) = (hello, ahead) }
        if hello.version != ProgramVersion.current {
            throw .otherVersion(host: hello.host, theirs: hello.version, ours: ProgramVersion.current)
        }
    }

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        let (hello, ahead) = state.withLock { state in
            state.hasPlan = true
            return (state.hello, state.ahead)
        }
        // The plan's instants may be those of the server's clock.
        let aheadOfLab = plan.clock?.aheadOfLab ?? .zero
        let times = plan.times
        let limit = times.windowEnd - aheadOfLab + times.patience + times.networkAllowance + margin
        var own = plan
        if plan.clock == nil {
            own = plan.moved(by: ahead)
        } else {
            own.clock?.roughlyAhead = aheadOfLab - ahead
        }
        await write(String(decoding: try JSONEncoder().encode(own), as: UTF8.self) + "\n")
        var (line, isLate) = await nextLine(before: limit)
        if !isLate { isLate = await !hasEnded(by: limit) }
        try Task.checkCancellation()
        if isLate {
            await end()
            throw CaseFault.loadStuck(timeout: times.patience + times.networkAllowance + margin)
        }
        var record = try LoadProcess.record(line)
        if plan.clock == nil { record.move(by: .zero - ahead) }
        if let hello {
            record.processes = [
                LoadProcessFacts(place: place, hello: hello, clients: plan.clients, clock: record.clock)
            ]
        }
        return record
    }

    /// The next line that the process writes; `nil` if it writes none. A process that is late is ended.
    private func nextLine(before limit: MonotonicInstant) async -> (line: String?, isLate: Bool) {
        let deadline = Task {
            try await MonotonicClock.sleep(until: limit)
            await end()
        }
        var iterator = lines.makeAsyncIterator()
        let line = await iterator.next()
        deadline.cancel()
        if case .success = await deadline.result { return (line, true) }
        return (line, false)
    }

    private func hasEnded(by limit: MonotonicInstant) async -> Bool {
        while !ProcessWatch.hasEnded(pid) {
            if MonotonicClock.now() >= limit { return false }
            // Cancelling the task also stops its processes.
            do { try await Task.sleep(for: Self.lookPeriod) } catch { return true }
        }
        return true
    }
}
