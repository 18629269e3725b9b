import ArgumentParser
import Arguments
import Foundation
import Host
import Lab

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

    /// Prints results and complaints.
    ///
    /// - Throws: `Failure` if the run was interrupted, `ExitCode` if there are complaints.
    static func conclude(_ ending: RunEnding, quiet: Bool) throws {
        if !quiet { try ResultPrinter.show(ending) }
        for complaint in ending.complaints { Complaint.show(complaint) }
        if ending.wasInterrupted {
            let kept = ending.results.summary.isEmpty ? "" : "; what was measured is in \(ending.folder)"
            throw Failure("interrupted\(kept)", code: .interrupted)
        }
        if !ending.complaints.isEmpty { throw ExitCode(1) }
    }
}

extension RunSettings {
    /// For a run of this process.
    init(out: String?, seedsMasks: Bool, quiet: Bool) throws {
        self.init(
            out: out, commandLine: CommandLine.arguments, executables: try Executables.find(), seedsMasks: seedsMasks,
            progress: Self.progress(quiet: quiet))
    }

    private static func progress(quiet: Bool) -> any RunProgress {
        if quiet { return NoProgress() }
        return isatty(STDERR_FILENO) == 1 ? BarProgress() : PlainProgress()
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
