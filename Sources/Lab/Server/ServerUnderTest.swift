import Feed
import LoadGenerator
import Transports

/// The server that a case measures: started for the case, or already running.
protocol ServerUnderTest: Sendable {
    /// Starts the server, runs `body` and stops the server, however `body` ends.
    ///
    /// - Parameter body: Called with the server when it is ready.
    /// - Returns: What `body` returns.
    /// - Throws: ``CaseFault`` if the server does not start, ends before `body` does or does not stop; otherwise the
    ///   error of `body`.
    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value
}

/// A server under test that is ready: its address, its status and its schedule.
protocol RunningServer: Sendable {
    var endpoint: ServerEndpoint { get }

    /// - Throws: `ProbeFault` if the server does not report its status.
    func status() throws -> ServerStatus

    /// Due and publication times of a range of items.
    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry]

    /// Sends the server an item to publish.
    ///
    /// - Throws: ``PublishingUnsupported`` if the server accepts no items from the lab.
    func publish(_ item: ItemLine) async throws
}

extension RunningServer {
    func publish(_ item: ItemLine) async throws { throw PublishingUnsupported() }
}

/// The server makes its own items and accepts none from the lab.
struct PublishingUnsupported: Error, Equatable, CustomStringConvertible {
    let description = "this server makes its own items and accepts none from the lab"
}

/// Where a server under test is, and what the lab may assume about it.
struct ServerEndpoint: Sendable, Equatable {
    /// Where clients connect without a middlebox.
    var target: LoadTarget
    /// The server's processes; empty if they are unknown.
    var processes: [Int32] = []
    /// Whether the server was started for this case: its feed begins with the case, and it has no other clients.
    var isFresh = false
    /// Whether the server has reported its status before; it is then an error if it stops doing so.
    var reportsStatus = false
    /// The process that feeds a third-party server and reports the feed's status and schedule; `nil` if the server
    /// reports them itself.
    var feedStatus: LoadTarget?
    /// How the server carries the feed.
    var dialect = ServerDialect()

    /// Whether the server counts the bytes of its connections in the kernel, so that both ends can be compared.
    var countsConnections: Bool { feedStatus == nil }
}

/// A running server that reports its status over HTTP, as a PushLab server does.
struct ProbedServer: RunningServer {
    let endpoint: ServerEndpoint

    private var probe: ServerProbe { ServerProbe(endpoint.feedStatus ?? endpoint.target) }

    func status() throws -> ServerStatus { try probe.status() }

    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        try probe.schedule(from: first, to: last)
    }
}
