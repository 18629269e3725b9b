import Feed
import LoadGenerator
import Transports

/// A server that was there before the run and stays after it, PushLab's own or a third-party one.
struct AlreadyRunningServer: ServerUnderTest {
    /// The name of its feed in results.
    let feed: String
    private let endpoint: ServerEndpoint

    /// - Throws: `ProbeFault` if nothing answers there.
    init(_ target: LoadTarget) throws {
        let probe = ServerProbe(target)
        try probe.checkReachable()
        let told = Result { try probe.status() }
        feed = LoadedFeed.name(told: try? told.get().feed)
        endpoint = ServerEndpoint(target: target, tellsStatus: Self.isFromPushLab(told))
    }

    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        try await body(ProbedServer(endpoint: endpoint))
    }

    // A third-party server has no /stats: its items are counted, their latencies cannot be known.
    private static func isFromPushLab(_ status: Result<ServerStatus, any Error>) -> Bool {
        switch status {
        case .success: true
        case .failure(let fault as ProbeFault): fault.isBrokenStatus
        case .failure: false
        }
    }
}

/// The name of a feed that a server had before the run.
enum LoadedFeed {
    private static let untold = "external"
    private static let longestName = 64

    /// - Parameter text: How the server names its feed, as its `--feed` option does; `nil` if it does not.
    /// - Returns: A name that is safe in file names and in the name of a case.
    static func name(told text: String?) -> String {
        guard let text, !text.isEmpty else { return untold }
        guard case .replay(let path)? = try? FeedSource(text) else { return safe(text) }
        return "replay-" + safe(stem(of: path))
    }

    private static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? "recording"
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    private static func safe(_ text: String) -> String {
        String(text.prefix(longestName).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
    }
}
