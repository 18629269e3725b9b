import Feed
import LoadGenerator
import Scenario
import Transports

/// A server that runs before and after the measurement: a PushLab server or a third-party one.
struct AlreadyRunningServer: ServerUnderTest {
    /// The name of its feed in results.
    let feed: String
    private let endpoint: ServerEndpoint

    /// - Throws: `ProbeFault` if nothing answers there.
    init(_ target: LoadTarget) throws {
        let probe = ServerProbe(target)
        try probe.checkReachable()
        let status = Result { try probe.status() }
        feed = LoadedFeed.name(reported: try? status.get().feed)
        endpoint = ServerEndpoint(target: target, reportsStatus: Self.isFromPushLab(status))
    }

    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        try await body(ProbedServer(endpoint: endpoint))
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
