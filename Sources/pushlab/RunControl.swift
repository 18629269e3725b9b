import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import Report
import ResultFiles

/// Shared by the commands that measure.
enum RunControl {
    /// Cancels the body on SIGINT and SIGTERM, so that it can still write its results.
    static func interruptible<Value: Sendable>(
        _ body: sending @escaping () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        StopSignals.whenReceived { task.cancel() }
        return try await task.value
    }

    /// Prints results and complaints, and writes the file of `--junit`.
    ///
    /// - Parameters:
    ///   - ending: What the run found.
    ///   - command: Its command.
    ///   - output: Where and how to print.
    ///   - advice: What to do next, below the complaints; `nil` for nothing.
    /// - Throws: `Failure` if the run was interrupted, `ExitCode` if there are complaints or a condition did not pass.
    static func conclude(
        _ ending: RunEnding, of command: String, _ output: RunOutput, advice: String? = nil
    ) throws {
        let fault = output.junit.write(junit(ending))
        let code = exitCode(ending, failsOtherwise: fault != nil)
        let format = output.format.value
        if !output.quiet || format == .json { try show(ending, of: command, code: code, format) }
        for complaint in ending.complaints { Complaint.show(complaint) }
        if let advice { Complaint.show(advice) }
        if let fault { Complaint.show("--junit: \(fault)") }
        if ending.wasInterrupted { throw Failure(interruption(ending), code: .interrupted) }
        for check in ending.checks { if let sentence = sentence(on: check) { Complaint.show(sentence) } }
        if let code { throw ExitCode(code.rawValue) }
    }

    private static func show(
        _ ending: RunEnding, of command: String, code: Failure.Code?, _ format: OutputFormat
    ) throws {
        if format == .text {
            try ResultPrinter.show(ending)
            for check in ending.checks { if let sentence = settled(check) { print(sentence) } }
            return
        }
        let isEmpty = ending.results.summary.isEmpty
        let results = isEmpty ? JSONValue.null : ResultSummary.json(try ReportFolder(directory: ending.folder))
        CommandOutput.show(
            command, code: code,
            [
                ("folder", ending.folderEnd == .removed ? .null : .string(ending.folder)),
                ("interrupted", .flag(ending.wasInterrupted)),
                ("complaints", .array(ending.complaints.map(JSONValue.string))), ("results", results),
            ])
    }

    private static func junit(_ ending: RunEnding) -> JUnitSuite {
        var reasons = ending.complaints
        if ending.wasInterrupted { reasons.append(interruption(ending)) }
        return JUnitSuite(
            scenario: ending.manifest.scenario.name, rows: ending.results.summary, checks: ending.checks,
            complaint: reasons.isEmpty ? nil : reasons.joined(separator: "\n"))
    }

    static func interruption(_ ending: RunEnding) -> String {
        let single = "interrupted; a single measurement has no partial result, so "
        switch ending.folderEnd {
        case .kept: break
        case .removed: return "\(single)\(ending.folder) was removed"
        case .hasOtherFiles: return "\(single)\(ending.folder) has only files that this command did not write"
        }
        let kept = ending.results.summary.isEmpty ? "" : "; what was measured is in \(ending.folder)"
        let advice = ending.manifest.options == nil ? "" : "; to go on: pushlab run --resume \(ending.folder)"
        return "interrupted\(kept)\(advice)"
    }

    /// The exit code; `nil` for 0. Several reasons: see ``Failure/Code/first(of:)``.
    static func exitCode(_ ending: RunEnding, failsOtherwise: Bool = false) -> Failure.Code? {
        exitCode(
            wasInterrupted: ending.wasInterrupted, isFailed: !ending.complaints.isEmpty || failsOtherwise,
            ending.checks)
    }

    static func exitCode(wasInterrupted: Bool, isFailed: Bool, _ checks: [CheckRow]) -> Failure.Code? {
        let verdicts = Set(checks.map(\.verdict))
        let codes: [(Failure.Code, Bool)] = [
            (.interrupted, wasInterrupted), (.failed, isFailed),
            (.condition, verdicts.contains(CheckRow.Verdict.failed.rawValue)),
            (.undecided, verdicts.contains(CheckRow.Verdict.open.rawValue)),
        ]
        return Failure.Code.first(of: codes.filter(\.1).map(\.0))
    }

    /// After how many repeats an `--until` held; `nil` for other conditions.
    private static func settled(_ check: CheckRow) -> String? {
        guard check.origin == CheckRow.Origin.until.rawValue,
            check.verdict == CheckRow.Verdict.passed.rawValue
        else { return nil }
        return "\(check.condition) after \(check.repeats) repeats: \(check.caseIDs.replacing(" ", with: ", "))"
    }

    /// What to say about a condition that did not pass.
    private static func sentence(on check: CheckRow) -> String? {
        let values = check.values.isEmpty ? "" : ", median of \(check.repeats) valid: \(check.values)"
        let cases = check.caseIDs.replacing(" ", with: ", ")
        switch CheckRow.Verdict(rawValue: check.verdict) {
        case .failed: return "failed \(check.origin): \(check.condition) (\(cases)\(values))"
        case .open where check.origin == CheckRow.Origin.until.rawValue:
            return "not reached with the most repeats: \(check.condition) (\(cases)\(values))"
        case .open: return "cannot tell \(check.origin): \(check.condition): a value is missing (\(cases)\(values))"
        case .passed, nil: return nil
        }
    }
}

extension RunSettings {
    /// For a run of this process.
    init(out: String?, seedsMasks: Bool, progress: any RunProgress) throws {
        self.init(
            out: out, commandLine: CommandLine.arguments, executables: try Executables.find(), seedsMasks: seedsMasks,
            progress: progress)
    }
}

extension Executables {
    /// This program's path, links resolved.
    static func own() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    /// The programs that a run starts: this one, and the server next to it.
    fileprivate static func find() throws -> Executables {
        let own = try own()
        let server = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("pushlab-server").path
        guard FileManager.default.isExecutableFile(atPath: server) else {
            throw Failure("\(server) is missing; install or build both programs in the same folder")
        }
        return Executables(server: server, pushlab: own)
    }
}
