import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage

/// Carries out load plans.
protocol LoadExecutor: Sendable {
    /// - Throws: ``CaseFault`` if there is no record, or not in time.
    func run(_ plan: LoadPlan) async throws -> LoadRecord
}

/// A load process: takes a plan on standard input, answers with a record on standard output.
struct LoadProcess: LoadExecutor {
    /// The `pushlab` executable, whose hidden command `worker` is the process.
    let executable: String
    /// How long after its plan is over a load process may take to ask for the schedule and to write its record.
    var margin = Duration.seconds(30)

    // The record's histograms and its timeline of up to an hour.
    private static let maximumRecordBytes = 64 << 20
    private static let stopPatience = Duration.seconds(1)
    private static let lookPeriod = Duration.milliseconds(20)

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
        let limit = plan.times.windowEnd + plan.times.patience + margin
        let outcome = try await Subprocess.run(
            .path(FilePath(executable)), arguments: ["worker"], platformOptions: ChildProcess.options,
            // The process ends when this pipe does: it cannot outlive a lab that was killed.
            input: .inputWriter, output: .string(limit: Self.maximumRecordBytes), error: .string(limit: 64 << 10)
        ) { execution -> Bool in
            // Not given as a string: where a process ends before it has read one, as after an early Ctrl-C, the package
            // stops the whole program. Why it ended is told below.
            _ = try? await execution.standardInputWriter.write(text + "\n")
            let isDone = await Self.hasEnded(execution.processIdentifier.value, by: limit)
            if !isDone { await execution.teardown(using: ChildProcess.ending(within: Self.stopPatience)) }
            return isDone
        }
        try Task.checkCancellation()
        if !outcome.closureResult { throw CaseFault.loadStuck(patience: plan.times.patience + margin) }
        let status = outcome.terminationStatus
        return try Self.record(
            outcome.standardOutput, succeeded: status.isSuccess, how: status.text, complaint: outcome.standardError)
    }

    /// Reads what a process that has ended wrote.
    ///
    /// - Throws: ``CaseFault/loadFailed(how:complaint:)`` if it failed, or its output is no record.
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
            // A cancelled task ends its processes by itself.
            do { try await Task.sleep(for: lookPeriod) } catch { return true }
        }
        return true
    }
}
