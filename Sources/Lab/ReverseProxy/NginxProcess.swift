import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage
import Transports

/// An nginx between clients and server, alive for the length of a closure.
struct NginxProcess: Sendable {
    let intermediary: Intermediary
    let clients: Int
    let serverPort: Int

    // nginx does not end with a pipe as our own processes do: a shell reads the pipe in its place, so that neither nginx
    // nor its folder can outlive a lab that was killed. Its reading ends with the pipe, or with SIGTERM. nginx gets
    // SIGKILL, which a stopped one cannot put off: no client is connected any more, and its files go with the folder.
    private static let watched = #"""
        folder=$1; shift
        trap : TERM
        "$@" & echo $!
        read -r _
        trap '' TERM
        kill -KILL $!; wait $!; rm -rf "$folder"
        """#
    private static let startPatience = Duration.seconds(5)
    private static let stopPatience = Duration.seconds(5)

    /// Starts nginx, waits until it answers, runs `body` and stops nginx, however `body` ends.
    ///
    /// - Parameter body: Gets the port that clients are to connect to; `nil` if nothing stands in between.
    /// - Returns: What `body` returns.
    /// - Throws: ``CaseFault`` if nginx does not start or ends before `body` does; ``NginxProgram/Missing``;
    ///   `NoFreePort`; else what `body` throws.
    func withEntrance<Value: Sendable>(
        _ body: @escaping @Sendable (_ port: Int?) async throws -> Value
    ) async throws -> Value {
        guard let version = NginxConfiguration.UpstreamVersion(intermediary) else { return try await body(nil) }
        let reserved = try ReservedPort()
        let port = reserved.number
        let configuration = NginxConfiguration(
            port: port, serverPort: serverPort, upstreamVersion: version, clients: clients)
        try FileDescriptorLimit.raise(toAtLeast: UInt64(configuration.connections))
        let folder = try Self.makeFolder(configuration)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: .init(["-c", Self.watched, "sh", folder.path] + Self.command(folder)),
            platformOptions: ChildProcess.options, input: .inputWriter, output: .sequence, error: .discarded
        ) { execution -> Result<Value, any Error> in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let line = try? await lines.next(), let pid = Int32(line) else {
                return .failure(CaseFault.proxyDied(complaint: Self.complaint(in: folder)))
            }
            let result = await ProcessRace.run(against: pid) {
                CaseFault.proxyDied(complaint: Self.complaint(in: folder))
            } body: {
                try await Self.awaitAnswer(at: port)
                return try await body(port)
            }
            await execution.teardown(using: ChildProcess.ending(within: Self.stopPatience))
            return result
        }
        let value = try outcome.closureResult.get()
        if outcome.terminationStatus.isKilled { throw CaseFault.proxyStuck(patience: Self.stopPatience) }
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

    private static func awaitAnswer(at port: Int) async throws {
        let probe = ServerProbe(host: "127.0.0.1", port: port)
        let deadline = MonotonicClock.now() + startPatience
        while (try? probe.checkReachable()) == nil {
            if MonotonicClock.now() >= deadline { throw CaseFault.proxyDied(complaint: "it does not answer") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// The first line of nginx's own log.
    private static func complaint(in folder: URL) -> String {
        let log = TextFile.read("error.log".within(folder)) ?? ""
        return log.split(separator: "\n").first.map(String.init) ?? ""
    }
}

extension String {
    fileprivate func within(_ folder: URL) -> String { folder.appendingPathComponent(self).path }
}
