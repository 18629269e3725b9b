import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import Synchronization
import SystemPackage

/// Executes load plans.
protocol LoadExecutor: Sendable {
    /// Prepares for a plan, runs `body` and releases everything, however `body` ends.
    ///
    /// - Parameter body: Gets the executor when it can start a plan without delay.
    /// - Returns: The result of `body`.
    /// - Throws: ``CaseFault`` if the executor does not get ready or fails; otherwise the error of `body`.
    func whileReady<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value
}

/// A load executor that is ready for one plan.
protocol ReadyLoad: Sendable {
    /// - Throws: ``CaseFault`` if the record is missing or late.
    func run(_ plan: LoadPlan) async throws -> LoadRecord
}

/// A load process: says that it is ready, reads a plan from standard input and writes a record to standard output.
struct LoadProcess: LoadExecutor {
    /// The `pushlab` executable. Its hidden command `worker` is the load process.
    let executable: String
    /// Time in which the process must be ready for its plan.
    var startTimeout = Duration.seconds(60)
    /// Time after the end of the plan in which the process may request the schedule and write its record.
    var margin = Duration.seconds(30)

    // Enough for the record's histograms and a timeline of up to an hour.
    private static let maximumRecordBytes = 64 << 20
    private static let stopTimeout = Duration.seconds(1)

    func whileReady<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value {
        let outcome = try await Subprocess.run(
            .path(FilePath(executable)), arguments: ["worker"], platformOptions: ChildProcess.options,
            // The process exits when this pipe closes, so it cannot outlive a killed lab.
            input: .inputWriter, output: .sequence, error: .string(limit: 64 << 10)
        ) { execution -> (result: Result<Value, any Error>, hasPlan: Bool) in
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            let reader = Task {
                defer { continuation.finish() }
                let output = execution.standardOutput
                for try await line in output.strings(bufferingPolicy: .maxLineLength(Self.maximumRecordBytes)) {
                    continuation.yield(line)
                }
            }
            let process = StartedProcess(
                pid: execution.processIdentifier.value, lines: lines, margin: margin,
                // The write fails if the process has ended; its exit code says why.
                write: { _ = try? await execution.standardInputWriter.write($0) },
                end: { await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout)) })
            var result: Result<Value, any Error>
            do {
                try await process.awaitReady(within: startTimeout)
                result = .success(try await body(process))
            } catch {
                result = .failure(error)
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout))
            _ = await reader.result
            return (result, process.hasPlan)
        }
        let (result, hasPlan) = outcome.closureResult
        return try Self.value(result, hasPlan: hasPlan, outcome.terminationStatus, outcome.standardError)
    }

    /// The result, unless the process failed: then its exit status and what it wrote to standard error are the reason.
    private static func value<Value>(
        _ result: Result<Value, any Error>, hasPlan: Bool, _ status: TerminationStatus, _ complaint: String
    ) throws -> Value {
        switch result {
        case .failure(CaseFault.loadFailed(_, let complaint)) where complaint.isEmpty: break
        case .success where hasPlan && !status.isSuccess: break
        case .success, .failure: return try result.get()
        }
        throw CaseFault.loadFailed(how: status.text, complaint: ChildProcess.sentence(complaint))
    }

    /// Decodes the record that a process wrote.
    ///
    /// - Throws: ``CaseFault/loadFailed(how:complaint:)``, both parts empty, if the line is not a record.
    static func record(_ line: String?) throws(CaseFault) -> LoadRecord {
        guard let line, let record = try? JSONDecoder().decode(LoadRecord.self, from: Data(line.utf8)) else {
            throw CaseFault.loadFailed(how: "", complaint: "")
        }
        return record
    }
}

/// A load process that was started.
private final class StartedProcess: ReadyLoad {
    private let pid: Int32
    private let lines: AsyncStream<String>
    private let margin: Duration
    private let write: @Sendable (String) async -> Void
    private let end: @Sendable () async -> Void
    private let gotPlan = Atomic<Bool>(false)

    private static let lookPeriod = Duration.milliseconds(20)

    init(
        pid: Int32, lines: AsyncStream<String>, margin: Duration, write: @escaping @Sendable (String) async -> Void,
        end: @escaping @Sendable () async -> Void
    ) {
        (self.pid, self.lines, self.margin, self.write, self.end) = (pid, lines, margin, write, end)
    }

    /// Whether the process was given a plan; without one its exit code means nothing.
    var hasPlan: Bool { gotPlan.load(ordering: .relaxed) }

    /// - Throws: ``CaseFault/loadFailed(how:complaint:)`` if the process ends or is not ready in time.
    func awaitReady(within timeout: Duration) async throws {
        let (line, isLate) = await firstLine(before: MonotonicClock.now() + timeout)
        try Task.checkCancellation()
        if isLate {
            throw CaseFault.loadFailed(how: "stopped", complaint: "it was not ready within \(timeout.spokenText)")
        }
        if line != LoadWorker.readyLine { throw CaseFault.loadFailed(how: "", complaint: "") }
    }

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        gotPlan.store(true, ordering: .relaxed)
        let limit = plan.times.windowEnd + plan.times.patience + plan.times.networkAllowance + margin
        await write(String(decoding: try JSONEncoder().encode(plan), as: UTF8.self) + "\n")
        var (line, isLate) = await firstLine(before: limit)
        if !isLate { isLate = await !hasEnded(by: limit) }
        try Task.checkCancellation()
        if isLate {
            await end()
            throw CaseFault.loadStuck(timeout: plan.times.patience + plan.times.networkAllowance + margin)
        }
        return try LoadProcess.record(line)
    }

    /// The next line that the process writes; `nil` if it writes none. A process that is late is ended.
    private func firstLine(before limit: MonotonicInstant) async -> (line: String?, isLate: Bool) {
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
