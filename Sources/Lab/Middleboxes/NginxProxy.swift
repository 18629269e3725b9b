import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage
import Transports

/// An nginx that the lab starts between clients and server.
struct NginxProxy: Middlebox {
    private let upstreamVersion: NginxConfiguration.UpstreamVersion
    private let clients: Int

    // nginx does not exit when a pipe closes, unlike our own processes. A shell reads the pipe instead, so neither
    // nginx nor its folder outlives a killed lab. The read ends when the pipe closes or on SIGTERM. The shell then
    // sends SIGKILL, which also ends a stopped nginx. This loses nothing: no client is connected, and the shell
    // removes the folder.
    private static let supervisor = #"""
        folder=$1; shift
        trap : TERM
        "$@" & echo $!
        read -r _
        trap '' TERM
        kill -KILL $!; wait $!; rm -rf "$folder"
        """#
    private static let startTimeout = Duration.seconds(5)
    private static let stopTimeout = Duration.seconds(5)

    /// - Returns: `nil` if the intermediary is not nginx.
    init?(_ intermediary: Intermediary, clients: Int) {
        guard let version = NginxConfiguration.UpstreamVersion(intermediary) else { return nil }
        upstreamVersion = version
        self.clients = clients
    }

    let name = "nginx"

    func check() throws { _ = try NginxProgram.path() }

    func version() async -> String? { await NginxProgram.version() }

    /// - Throws: Also ``NginxProgram/Missing`` and `NoFreePort`.
    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        let reserved = try ReservedPort()
        let port = reserved.number
        let configuration = NginxConfiguration(
            port: port, serverPort: entryPoint.target.port, upstreamVersion: upstreamVersion, clients: clients)
        try FileDescriptorLimit.raise(toAtLeast: UInt64(configuration.connections))
        let folder = try Self.makeFolder(configuration)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: .init(["-c", Self.supervisor, "sh", folder.path] + Self.command(folder)),
            platformOptions: ChildProcess.options, input: .inputWriter, output: .sequence, error: .discarded
        ) { execution -> Result<Value, any Error> in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try? await lines.next(), let pid = Int32(line) else {
                return .failure(CaseFault.middleboxDied(name: name, complaint: Self.complaint(in: folder)))
            }
            let result = await ProcessRace.run(against: pid) {
                CaseFault.middleboxDied(name: name, complaint: Self.complaint(in: folder))
            } body: {
                try await awaitAnswer(at: port)
                return try await body(EntryPoint(LoadTarget(port: port), before: entryPoint, processes: [pid]))
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

    private static func makeFolder(_ configuration: NginxConfiguration) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-nginx-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data(configuration.text.utf8).write(to: folder.appendingPathComponent("nginx.conf"))
        return folder
    }

    private static func command(_ folder: URL) throws(NginxProgram.Missing) -> [String] {
        [
            try NginxProgram.path(), "-p", folder.path + "/", "-c", "nginx.conf".within(folder), "-e",
            "error.log".within(folder),
        ]
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

    /// The first line of nginx's error log.
    private static func complaint(in folder: URL) -> String {
        let log = TextFile.read("error.log".within(folder)) ?? ""
        return log.split(separator: "\n").first.map(String.init) ?? ""
    }
}

extension String {
    fileprivate func within(_ folder: URL) -> String { folder.appendingPathComponent(self).path }
}
