import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage
import Transports

/// A reverse proxy that the lab starts between clients and server.
struct ReverseProxy: Middlebox {
    private let intermediary: Intermediary
    private let program: ProxyProgram
    private let clients: Int

    // A proxy does not exit when a pipe closes, unlike our own processes. A shell reads the pipe instead, so neither
    // the proxy nor its folder outlives a killed lab. The read ends when the pipe closes or on SIGTERM. The shell then
    // sends SIGKILL, which also ends a stopped proxy. This loses nothing: no client is connected, and the shell
    // removes the folder. setsid gives the proxy its own process group, which includes the workers that it forks;
    // the second number is for a proxy that has no group yet. Some programs keep files in the user's home folder, so
    // this is the proxy's folder too.
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
    private static let startTimeout = Duration.seconds(10)
    private static let stopTimeout = Duration.seconds(5)

    /// - Returns: `nil` if there is no proxy.
    init?(_ intermediary: Intermediary, clients: Int) {
        guard let program = intermediary.program else { return nil }
        (self.intermediary, self.program, self.clients) = (intermediary, program, clients)
    }

    var name: String { program.name }
    var startTime: Duration { program.startTime }

    /// The start of the names of the proxy's folders.
    static func folderPrefix(_ program: ProxyProgram) -> String { "pushlab-\(program.name)-" }

    func check() throws { try program.check(clients: clients) }

    func version() async -> String? { await program.version() }

    /// - Throws: Also ``ProxyMissing``, ``TooManyProxyClients``, `DescriptorLimitFault` and `NoFreePort`.
    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        try check()
        let reserved = try ReservedPort()
        let port = reserved.number
        let route = ProxyRoute(port: port, serverPort: entryPoint.target.port, clients: clients)
        guard let configuration = intermediary.configuration(for: route) else { return try await body(entryPoint) }
        try FileDescriptorLimit.raise(toAtLeast: UInt64(configuration.descriptors))
        let folder = try Self.makeFolder(configuration)
        defer { try? FileManager.default.removeItem(at: folder) }
        let command = [try program.path()] + configuration.arguments(in: folder.path)
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: .init(["-c", Self.supervisor, "sh", folder.path] + command),
            platformOptions: ChildProcess.options, input: .inputWriter, output: .sequence, error: .discarded
        ) { execution -> Result<Value, any Error> in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try? await lines.next(), let pid = Int32(line) else { return .failure(died(in: folder)) }
            let result = await ProcessRace.run(against: pid) {
                died(in: folder)
            } body: {
                try await awaitAnswer(at: port)
                let processes = [pid] + Self.workers(of: pid)
                return try await body(EntryPoint(LoadTarget(port: port), before: entryPoint, processes: processes))
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopTimeout))
            return result
        }
        let value = try outcome.closureResult.get()
        if outcome.terminationStatus.isKilled {
            throw CaseFault.middleboxStuck(name: name, timeout: Self.stopTimeout)
        }
        return value
    }

    private static func makeFolder(_ configuration: any ProxyConfiguration) throws -> URL {
        let kind = Swift.type(of: configuration)
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent(folderPrefix(kind.program) + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data(configuration.text.utf8).write(to: folder.appendingPathComponent(kind.fileName))
        return folder
    }

    /// The processes that a process has started (proc(5): `children`).
    private static func workers(of pid: Int32) -> [Int32] {
        (TextFile.read("/proc/\(pid)/task/\(pid)/children") ?? "").split(separator: " ").compactMap { Int32($0) }
    }

    private func awaitAnswer(at port: Int) async throws {
        let probe = ServerProbe(LoadTarget(port: port))
        let deadline = MonotonicClock.now() + Self.startTimeout
        while (try? probe.checkReachable()) == nil {
            if MonotonicClock.now() >= deadline {
                throw CaseFault.middleboxDied(name: name, complaint: "no answer on its port")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func died(in folder: URL) -> CaseFault {
        let output = TextFile.read(folder.appendingPathComponent(Self.outputName).path) ?? ""
        return CaseFault.middleboxDied(name: name, complaint: program.complaint(in: output))
    }
}
