import Foundation
import Glibc
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage

/// A load process whose clients are pages of a browser, which this starts and stops.
struct BrowserLoad: LoadExecutor {
    let program: BrowserProgram
    let load: any LoadExecutor

    // As for a reverse proxy: the shell ends the browser with all its processes, and removes its profile, also when the
    // lab was killed. A second pass removes what a dying process of the browser still wrote.
    private static let supervisor = #"""
        folder=$1; shift
        trap : TERM
        export HOME="$folder" XDG_CONFIG_HOME="$folder" XDG_CACHE_HOME="$folder"
        setsid "$@" >"$folder/output" 2>&1 & echo $!
        read -r _
        trap '' TERM
        kill -KILL -$! $! 2>/dev/null; wait $!
        rm -rf "$folder" || { sleep 0.5; rm -rf "$folder"; }
        """#
    private static let startTimeout = Duration.seconds(30)
    private static let stopTimeout = Duration.seconds(5)

    /// How much longer a case takes to begin: pages are made one after the other.
    static func startTime(pages: Int) -> Duration { .milliseconds(1_500) + .milliseconds(600) * pages }

    /// - Throws: Also ``BrowserMissing``.
    func whileReady<Value: Sendable>(
        _ body: @escaping @Sendable (any ReadyLoad) async throws -> Value
    ) async throws -> Value {
        let path = try program.path()
        let version = await program.version()
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("pushlab-\(program.kind.rawValue)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in program.profileFiles {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        let command = [path] + program.arguments(profile: folder.path, isRoot: geteuid() == 0)
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: .init(["-c", Self.supervisor, "sh", folder.path] + command),
            platformOptions: ChildProcess.options, input: .inputWriter, output: .sequence, error: .discarded
        ) { execution -> Result<Value, any Error> in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try? await lines.next(), let pid = Int32(line) else { return .failure(died(folder)) }
            let result = await ProcessRace.run(against: pid) {
                died(folder)
            } body: {
                let endpoint = try await awaitEndpoint(in: folder)
                let browser = BrowserPlan(
                    kind: program.kind, version: version, port: endpoint.port, path: endpoint.path)
                return try await load.whileReady { try await body(PageLoad(load: $0, browser: browser)) }
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout))
            return result
        }
        return try outcome.closureResult.get()
    }

    private func awaitEndpoint(in folder: URL) async throws -> (port: Int, path: String) {
        let file = folder.appendingPathComponent(program.endpointFile).path
        let deadline = MonotonicClock.now() + Self.startTimeout
        while true {
            if let text = TextFile.read(file), let endpoint = program.endpoint(in: text) { return endpoint }
            if MonotonicClock.now() >= deadline {
                throw CaseFault.loadFailed(
                    how: "stopped",
                    complaint: "\(program.kind.rawValue) was not ready within \(Self.startTimeout.spokenText)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func died(_ folder: URL) -> CaseFault {
        let output = TextFile.read(folder.appendingPathComponent("output").path) ?? ""
        return CaseFault.loadFailed(
            how: "\(program.kind.rawValue) ended", complaint: ChildProcess.sentence(output))
    }
}

/// A load process that gets the browser with its plan.
private struct PageLoad: ReadyLoad {
    let load: any ReadyLoad
    let browser: BrowserPlan

    func run(_ plan: LoadPlan) async throws -> LoadRecord {
        var plan = plan
        plan.browser = browser
        return try await load.run(plan)
    }
}
