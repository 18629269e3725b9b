import Feed
import Host

/// A Redis server that the lab starts for one case. It keeps its data in memory only.
struct RedisServer: Sendable {
    let port: Int

    static let program = InstalledProgram(
        name: "redis-server", package: "redis-server", executable: "redis-server", versionArguments: ["--version"],
        versionMark: "v=", complaintMark: "Failed ", printsOtherLines: true)

    /// - Throws: ``RedisMissing``.
    static func check() throws(RedisMissing) { if program.path == nil { throw RedisMissing() } }

    /// The stream of the case.
    var stream: RedisStream { RedisStream(loopbackPort: port) }

    /// Starts the server, runs `body` and ends the server, however `body` ends.
    ///
    /// - Throws: ``RedisMissing``; ``CaseFault`` if the server does not start or ends before `body` does; otherwise the
    ///   error of `body`.
    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let path = Self.program.path else { throw RedisMissing() }
        let supervised = SupervisedProgram(program: Self.program) { [path] + arguments(in: $0) }
        return try await supervised.whileRunning(whenReady: listens) { _ in try await body() }
    }

    /// Without a configuration file: only on the loopback device, nothing written to the disk, as Redis would by
    /// default.
    func arguments(in folder: String) -> [String] {
        [
            "--bind", "127.0.0.1", "--port", "\(port)", "--dir", folder, "--save", "", "--appendonly", "no",
            "--daemonize", "no",
        ]
    }

    private func listens(_ process: Int32) -> Bool {
        ListeningSocket.held(by: [process]).contains { $0.port == port && $0.isOnLoopback }
    }
}

/// The program of Redis is not installed.
struct RedisMissing: Error, Equatable, CustomStringConvertible {
    let description =
        "the scenario has scale-out, which needs redis-server, which is not installed; install the Debian package "
        + "\(RedisServer.program.package)"
}
