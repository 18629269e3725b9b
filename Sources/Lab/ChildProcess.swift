import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage

/// What the lab's child processes have in common.
enum ChildProcess {
    /// Children get a process group of their own: Ctrl-C reaches the lab alone, which ends them in order.
    static var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = ending(within: .seconds(3))
        return options
    }

    /// SIGTERM to the process and its children; SIGKILL to those that are still there after this time.
    static func ending(within patience: Duration) -> [TeardownStep] {
        [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: patience)]
    }
}

extension TerminationStatus {
    /// Whether SIGKILL ended the process, as it does one that does not stop when it is asked to.
    var isKilled: Bool { self == .signaled(SIGKILL) }

    /// `exit code 1`, `signal 9`.
    var text: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signaled(let number): "signal \(number)"
        }
    }
}

/// A load process: takes a plan on standard input, answers with a record on standard output.
struct LoadProcess: Sendable {
    /// The `pushlab` executable, whose hidden command `worker` is the process.
    let executable: String
    /// How long after its plan is over a load process may take to ask for the schedule and to write its record.
    var margin = Duration.seconds(30)

    // The record's histograms and its timeline of up to an hour.
    private static let maximumRecordBytes = 64 << 20
    private static let stopPatience = Duration.seconds(1)
    private static let lookPeriod = Duration.milliseconds(20)

    /// - Throws: ``CaseFault`` if the process fails, or is not done in time.
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
        guard outcome.terminationStatus.isSuccess,
            let record = try? JSONDecoder().decode(LoadRecord.self, from: Data(outcome.standardOutput.utf8))
        else {
            let complaint = outcome.standardError.split(separator: "\n").first.map(String.init) ?? ""
            throw CaseFault.loadFailed(how: outcome.terminationStatus.text, complaint: complaint)
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
