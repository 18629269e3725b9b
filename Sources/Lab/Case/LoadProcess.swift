import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
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

/// A load process: says what it is when it is ready, reads a plan from standard input and writes a record to standard
/// output.
struct LoadProcess: LoadExecutor {
    /// The `pushlab` executable, or a command that starts it elsewhere: a path, or a name to look for in `PATH`. The
    /// hidden command `worker` of `pushlab` is the load process.
    let executable: String
    var arguments = ["worker"]
    /// The name of the place, for the manifest; `nil` for the only process, on this machine.
    var place: String?
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
        do {
            return try await start(body)
        } catch let error as SubprocessError where [.executableNotFound, .spawnFailed].contains(error.code) {
            throw CaseFault.noProgram(executable)
        }
    }

    private func start<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value {
        let command: Executable = executable.contains("/") ? .path(FilePath(executable)) : .name(executable)
        let outcome = try await Subprocess.run(
            command, arguments: .init(arguments), platformOptions: ChildProcess.options,
            // The process exits when this pipe closes, so it cannot outlive a killed lab.
            input: .inputWriter, output: .sequence, error: .string(limit: 64 << 10)
        ) { execution -> (result: Result<Value, any Error>, hasPlan: Bool, printed: String?) in
            let (lines, continuation) = AsyncStream.makeStream(of: String.self)
            let reader = Task {
                defer { continuation.finish() }
                let output = execution.standardOutput
                for try await line in output.strings(bufferingPolicy: .maxLineLength(Self.maximumRecordBytes)) {
                    continuation.yield(line)
                }
            }
            let process = StartedProcess(
                pid: execution.processIdentifier.value, place: place, lines: lines, margin: margin,
                // The write fails if the process has ended; its exit code says why.
                write: { _ = try? await execution.standardInputWriter.write($0) },
                end: { await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout)) })
            var result: Result<Value, any Error>
            do {
                try await process.awaitHello(within: startTimeout)
                result = .success(try await body(process))
            } catch {
                result = .failure(error)
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout))
            _ = await reader.result
            return (result, process.hasPlan, process.firstOtherText)
        }
        let (result, hasPlan, printed) = outcome.closureResult
        var complaint = ChildProcess.sentence(outcome.standardError)
        if complaint.isEmpty, let printed { complaint = "it printed \(printed)" }
        return try Self.value(result, hasPlan: hasPlan, outcome.terminationStatus, complaint)
    }

    /// The result, unless the process failed: then its exit status and what it wrote are the reason.
    private static func value<Value>(
        _ result: Result<Value, any Error>, hasPlan: Bool, _ status: TerminationStatus, _ complaint: String
    ) throws -> Value {
        switch result {
        case .failure(CaseFault.loadFailed(_, let complaint)) where complaint.isEmpty: break
        case .success where hasPlan && !status.isSuccess: break
        case .success, .failure: return try result.get()
        }
        throw CaseFault.loadFailed(how: status.text, complaint: complaint)
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
