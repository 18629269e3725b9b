import Foundation
import LoadGenerator
import Subprocess
import SystemPackage

/// What the lab's child processes have in common.
enum ChildProcess {
    /// Children get a process group of their own: Ctrl-C reaches the lab alone, which ends them in order.
    static var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        return options
    }
}

/// A load process: takes a plan on standard input, answers with a record on standard output.
struct LoadProcess: Sendable {
    /// The `pushlab` executable, whose hidden command `worker` is the process.
    let executable: String

    // The record's histograms and its timeline of up to an hour.
    private static let maximumRecordBytes = 64 << 20

    /// - Throws: ``CaseFault`` if the process fails.
    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        let text = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
        let outcome = try await Subprocess.run(
            .path(FilePath(executable)), arguments: ["worker"], platformOptions: ChildProcess.options,
            input: .inputWriter, output: .string(limit: Self.maximumRecordBytes), error: .string(limit: 64 << 10)
        ) { execution in
            // Not given as a string: where a process ends before it has read one, as after an early Ctrl-C, the package
            // stops the whole program. Why it ended is told below.
            _ = try? await execution.standardInputWriter.write(text + "\n")
        }
        guard outcome.terminationStatus.isSuccess,
            let record = try? JSONDecoder().decode(LoadRecord.self, from: Data(outcome.standardOutput.utf8))
        else {
            try Task.checkCancellation()
            let complaint = outcome.standardError.split(separator: "\n").first.map(String.init) ?? ""
            throw CaseFault.loadFailed(how: "\(outcome.terminationStatus)", complaint: complaint)
        }
        return record
    }
}
