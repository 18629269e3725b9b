import Feed
import Foundation
import Host
import LoadGenerator
import Measurement
import Scenario
import Transports

/// Several PushLab servers that follow one Redis stream, started for each case with Redis and the program that writes
/// the stream. One of them may be killed and started again. HAProxy, which clients connect to, is a ``Middlebox``.
struct ScaleOutServer: ServerUnderTest {
    /// The path of `pushlab-server`.
    let executable: String
    /// The command line of a server, without the stream and the port.
    let arguments: ServerArguments
    /// The command line of the program that writes the stream, without the stream.
    let feeder: [String]
    let servers: Int

    /// - Parameters:
    ///   - servers: Their number.
    ///   - arguments: The command line of one server of the case.
    ///   - executables: The programs to start.
    init(_ servers: Int, _ arguments: ServerArguments, _ executables: Executables) {
        var feeder = FeederArguments(feed: arguments.feed, subject: arguments.subject)
        feeder.recordings = arguments.recordings
        self.init(
            executable: executables.server, arguments: arguments,
            // A server that starts again reads as much from the stream as the others keep.
            feeder: feeder.command(executables.pushlab) + ["--history", "\(arguments.history)"], servers: servers)
    }

    init(executable: String, arguments: ServerArguments, feeder: [String], servers: Int) {
        (self.executable, self.arguments, self.feeder, self.servers) = (executable, arguments, feeder, servers)
    }

    /// How much longer a case takes to start: the servers follow the feed, so they start after it, and share the
    /// processors.
    static func startTime(servers: Int) -> Duration { .milliseconds(300) + .milliseconds(50) * servers }

    func versions() async -> [String: String] {
        let program = RedisServer.program
        return await program.version().map { [program.name: $0] } ?? [:]
    }

    /// - Throws: Also ``RedisMissing``, `NoFreePort` and `ProbeFault`.
    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        // Reserved to the end, so that a killed server finds its port again.
        let ports = try ReservedPorts(count: servers + 1, sharing: .address)
        defer { ports.release() }
        let redis = RedisServer(port: ports.numbers[servers])
        return try await redis.whileRunning {
            let feeder = FeederProcess(
                command: feeder + ["--to", redis.stream.text, "--status-port", "0"],
                marker: ProcessMarker(name: PeerServer.feederMarker, value: UUID().uuidString))
            return try await feeder.whileRunning(to: nil) { feeder in
                let result = await ProcessRace.run(against: feeder.pid) {
                    CaseFault.feederDied(how: "", complaint: "")
                } body: {
                    try await run(following: redis.stream, from: feeder.status, on: ports.numbers, body)
                }
                return try result.get()
            }
        }
    }

    /// Runs the servers, and the body when all are ready.
    private func run<Value: Sendable>(
        following stream: RedisStream, from feeder: LoadTarget, on ports: [Int],
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        let epoch = MonotonicInstant(nanoseconds: try ServerProbe(feeder).status().epochNanoseconds)
        let subject = arguments.subject
        let kill = ServerKill(
            subject.strain.restart, of: servers, from: epoch + subject.timing.warmup, seed: subject.seed)
        let roster = ServerRoster(count: servers)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            var ends: [AsyncStream<Never>.Continuation] = []
            for index in 0..<servers {
                let (end, whenEnded) = AsyncStream.makeStream(of: Never.self)
                ends.append(whenEnded)
                let server = ScaledServer(
                    index: index, server: server(following: stream, on: ports[index]),
                    kill: kill?.index == index ? kill : nil, roster: roster)
                group.addTask {
                    try await server.run(until: end)
                    return nil
                }
            }
            group.addTask {
                try await body(RunningScaleOut(try await roster.whenAllStarted(), in: roster, feeder: feeder))
            }
            var value: Value?
            // The servers end after the body; if one of them or the body fails, all are cancelled.
            while let ended = try await group.next() {
                guard let ended else { continue }
                value = ended
                for end in ends { end.finish() }
            }
            guard let value else { throw CancellationError() }
            return value
        }
    }

    private func server(following stream: RedisStream, on port: Int) -> OwnServer {
        var own = arguments
        (own.stream, own.port, own.place) = (stream, port, .here)
        return OwnServer(executable: executable, arguments: own.list)
    }
}

extension ScaleOutServer {
    /// The group of the manifest's `environment`.
    static let factGroup = "scale-out"
}

extension Scenario {
    /// How many servers each case has, for the manifest's `environment`; empty if none has several.
    var scaleOutFacts: [String: [String: String]] {
        let counts = Set(cases.compactMap(\.scaleOut)).sorted()
        if counts.isEmpty { return [:] }
        return [ScaleOutServer.factGroup: ["servers": counts.map(String.init).joined(separator: ", ")]]
    }
}
