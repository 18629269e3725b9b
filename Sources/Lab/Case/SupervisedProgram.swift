import Foundation
import Host
import Measurement
import Subprocess
import SystemPackage

/// A program that serves clients until it is ended, and has all its files in its own folder. Neither it nor the
/// folder outlives a killed lab.
struct SupervisedProgram: Sendable {
    let program: InstalledProgram
    /// The files to write into the folder first, by name.
    var files: [String: String] = [:]
    /// The command line with the program's path, for this folder.
    let command: @Sendable (_ folder: String) -> [String]
    var startTimeout = Duration.seconds(10)

    // Such a program does not exit when a pipe closes, unlike our own processes. A shell reads the pipe instead. The
    // read ends when the pipe closes or on SIGTERM. The shell then sends SIGKILL, which also ends a stopped program.
    // This loses nothing: no client is connected, and the shell removes the folder. setsid gives the program its own
    // process group, which includes the workers that it forks; the second number is for a program that has no group
    // yet. Some programs keep files in the user's home folder, so this is the program's folder too.
    private static let supervisor = #"""
        folder=$1; shift
        trap : TERM
        cd "$folder" || exit
        export HOME="$folder" XDG_CONFIG_HOME="$folder" XDG_DATA_HOME="$folder"
        setsid "$@" >>output 2>&1 & echo $!
        read -r _
        trap '' TERM
        kill -KILL -$! $! 2>/dev/null; wait $!; cd /; rm -rf "$folder"
        """#
    private static let outputName = "output"
    private static let stopTimeout = Duration.seconds(5)

    /// The start of the names of its folders.
    static func folderPrefix(_ program: InstalledProgram) -> String { "pushlab-\(program.name)-" }

    /// Starts the program, runs `body` and stops the program, however `body` ends.
    ///
    /// - Parameters:
    ///   - isReady: Whether the process can be used; called again and again until it is ready.
    ///   - body: Called with the process when it is ready.
    /// - Returns: What `body` returns.
    /// - Throws: ``CaseFault`` if the program is not ready in time, ends before `body` does or does not stop; otherwise
    ///   the error of `body`.
    func whileRunning<Value: Sendable>(
        whenReady isReady: @escaping @Sendable (Int32) -> Bool,
        _ body: @escaping @Sendable (Int32) async throws -> Value
    ) async throws -> Value {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: .init(["-c", Self.supervisor, "sh", folder.path] + command(folder.path)),
            platformOptions: ChildProcess.options, input: .inputWriter, output: .sequence, error: .discarded
        ) { execution -> Result<Value, any Error> in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try? await lines.next(), let pid = Int32(line) else { return .failure(died(in: folder)) }
            let result = await ProcessRace.run(against: pid) {
                died(in: folder)
            } body: {
                try await wait(until: isReady, pid)
                return try await body(pid)
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout))
            return result
        }
        let value = try outcome.closureResult.get()
        if outcome.terminationStatus.isKilled {
            throw CaseFault.programStuck(name: program.name, timeout: Self.stopTimeout)
        }
        return value
    }

    private func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(Self.folderPrefix(program) + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        return folder
    }

    private func wait(until isReady: @Sendable (Int32) -> Bool, _ pid: Int32) async throws {
        let deadline = MonotonicClock.now() + startTimeout
        while !isReady(pid) {
            if MonotonicClock.now() >= deadline {
                throw CaseFault.programDied(name: program.name, complaint: "no answer on its port")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func died(in folder: URL) -> CaseFault {
        let output = TextFile.read(folder.appendingPathComponent(Self.outputName).path) ?? ""
        return CaseFault.programDied(name: program.name, complaint: program.complaint(in: output))
    }
}
