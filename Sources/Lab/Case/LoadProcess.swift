import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage

/// Executes load plans.
protocol LoadExecutor: Sendable {
    /// - Throws: ``CaseFault`` if the record is missing or late.
    func run(_ plan: LoadPlan) async throws -> LoadRecord
}

/// A load process: reads a plan from standard input and writes a record to standard output.
struct LoadProcess: LoadExecutor {
    /// The `pushlab` executable. Its hidden command `worker` is the load process.
    let executable: String
    /// Time after the end of the plan in which the process may request the schedule and write its record.
    var margin = Duration.seconds(30)

    // Enough for the record's histograms and a timeline of up to an hour.
    private static let maximumRecordBytes = 64 << 20
    private static let stopTimeout = Duration.seconds(1)
    private static let lookPeriod = Duration.milliseconds(20)

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
        let limit = plan.times.windowEnd + plan.times.patience + margin
        let outcome = try await Subprocess.run(
            .path(FilePath(executable)), arguments: ["worker"], platformOptions: ChildProcess.options,
            // The process exits when this pipe closes, so it cannot outlive a killed lab.
            input: .inputWriter, output: .string(limit: Self.maximumRecordBytes), error: .string(limit: 64 << 10)
        ) { execution -> Bool in
            // Written here instead of passed as a string: if a process ends before it reads the string, as after an
            // early Ctrl-C, the package stops the whole program. The code below reports why the process ended.
            _ = try? await execution.standardInputWriter.write(text + "\n")
            let isDone = await Self.hasEnded(execution.processIdentifier.value, by: limit)
            if !isDone { await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout)) }
            return isDone
        }
        try Task.checkCancellation()
        if !outcome.closureResult { throw CaseFault.loadStuck(timeout: plan.times.patience + margin) }
        let status = outcome.terminationStatus
        return try Self.record(
            outcome.standardOutput, succeeded: status.isSuccess, how: status.text, complaint: outcome.standardError)
    }

    /// Reads the output of a process that has ended.
    ///
    /// - Throws: ``CaseFault/loadFailed(how:complaint:)`` if the process failed or its output is not a record.
    static func record(
        _ output: String, succeeded: Bool, how: String, complaint: String
    ) throws(CaseFault) -> LoadRecord {
        guard succeeded, let record = try? JSONDecoder().decode(LoadRecord.self, from: Data(output.utf8)) else {
            throw CaseFault.loadFailed(how: how, complaint: ChildProcess.sentence(complaint))
        }
        return record
    }

    private static func hasEnded(_ pid: Int32, by limit: MonotonicInstant) async -> Bool {
        while !ProcessWatch.hasEnded(pid) {
            if MonotonicClock.now() >= limit { return false }
            // Cancelling the task also stops its processes.
            do { try await Task.sleep(for: lookPeriod) } catch { return true }
        }
        return true
    }
}
