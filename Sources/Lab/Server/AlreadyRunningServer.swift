import Feed
import Host
import LoadGenerator
import Scenario
import Transports

/// A server that runs before and after the measurement: a PushLab server or a third-party one.
struct AlreadyRunningServer: ServerUnderTest {
    /// The name of its feed in results.
    let feed: String
    /// Whether it reported a clock that is not that of this machine.
    let hasOtherClock: Bool
    private let endpoint: ServerEndpoint
    // Whether to ask for its status. A third-party server has none, and may not answer such a request.
    private let mayHaveStatus: Bool

    /// Whether it reports its status as a PushLab server does.
    var isFromPushLab: Bool { endpoint.reportsStatus }

    /// - Parameters:
    ///   - target: The server.
    ///   - dialect: How it carries the feed.
    /// - Throws: `ProbeFault` if nothing answers there.
    init(_ target: LoadTarget, dialect: ServerDialect = ServerDialect()) throws {
        let probe = ServerProbe(target)
        if dialect.isOwn { try probe.checkReachable() } else { try probe.checkListening() }
        let status: Result<ServerStatus, any Error>? = dialect.form == .own ? Result { try probe.status() } : nil
        let clock = try? status?.get().clock
        hasOtherClock = clock != nil && clock != MonotonicClock.identity
        feed = LoadedFeed.name(reported: try? status?.get().feed)
        var endpoint = ServerEndpoint(target: target, reportsStatus: status.map(Self.isFromPushLab) ?? false)
        endpoint.dialect = dialect
        self.endpoint = endpoint
        mayHaveStatus = dialect.isOwn || endpoint.reportsStatus
    }

    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        mayHaveStatus
            ? try await body(ProbedServer(endpoint: endpoint)) : try await body(SilentServer(endpoint: endpoint))
    }

    // A third-party server has no /stats: its items are counted, but their latencies are unknown.
    private static func isFromPushLab(_ status: Result<ServerStatus, any Error>) -> Bool {
        switch status {
        case .success: true
        case .failure(let fault as ProbeFault): fault.isBrokenStatus
        case .failure: false
        }
    }
}

/// Names the feed of a server that already runs.
enum LoadedFeed {
    private static let unnamed = "external"
    private static let longestName = 64

    /// - Parameter text: The feed as the server reports it, in the form of `--feed`; `nil` if it reports none.
    /// - Returns: A name that is safe in file names and case names.
    static func name(reported text: String?) -> String {
        guard let text, !text.isEmpty else { return unnamed }
        guard case .replay(let path)? = try? FeedSource(text) else { return safe(text) }
        return "replay-" + safe(Scenario.Feed.stem(of: path))
    }

    private static func safe(_ text: String) -> String {
        String(text.prefix(longestName).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
    }
}

/// A running server that does not report its status and is not asked for it.
struct SilentServer: RunningServer {
    /// Thrown for each question.
    struct NoStatus: Error, CustomStringConvertible {
        let description = "this server does not report its status"
    }

    let endpoint: ServerEndpoint

    func status() throws -> ServerStatus { throw NoStatus() }

    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] { throw NoStatus() }
}
