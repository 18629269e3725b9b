import Feed
import LoadGenerator
import Measurement
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

    /// The versions of other programs that it needs, by the name for the manifest.
    func versions() async -> [String: String]
}

extension ServerUnderTest {
    func versions() async -> [String: String] { [:] }
}

/// A server under test that is ready: its address, its status and its schedule.
protocol RunningServer: Sendable {
    var endpoint: ServerEndpoint { get }

    /// - Throws: `ProbeFault` if the server does not report its status.
    func status() throws -> ServerStatus

    /// Due and publication times of a range of items.
    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry]

    /// Compares the server's clock with that of this machine.
    ///
    /// - Parameter identity: The clock that the server reported.
    /// - Returns: How far it is ahead, to half a round trip; `nil` if the server does not answer.
    func clockAhead(of identity: String) -> Duration?

    /// Sends the server an item to publish.
    ///
    /// - Throws: ``PublishingUnsupported`` if the server accepts no items from the lab.
    func publish(_ item: ItemLine) async throws

    /// What the server's processes have used, as the lab measures it; `nil` if the server's status has it.
    func usage() -> ServerUsage?

    /// How ``usage()`` is measured; `nil` if it is not.
    var accounting: String? { get }

    /// From now on, the peak of the memory in ``usage()`` is that since now.
    func resetPeakMemory()
}

extension RunningServer {
    func clockAhead(of identity: String) -> Duration? { nil }
    func publish(_ item: ItemLine) async throws { throw PublishingUnsupported() }
    func usage() -> ServerUsage? { nil }
    var accounting: String? { nil }
    func resetPeakMemory() {}
}

/// The server makes its own items and accepts none from the lab.
struct PublishingUnsupported: Error, Equatable, CustomStringConvertible {
    let description = "this server makes its own items and accepts none from the lab"
}

/// Where a server under test is, and what the lab may assume about it.
struct ServerEndpoint: Sendable, Equatable {
    /// Where clients connect without a middlebox.
    var target: LoadTarget
    /// The ports of further servers with the same feed on the same host, between which a proxy chooses.
    var furtherPorts: [Int] = []
    /// The server's processes; empty if they are unknown.
    var processes: [Int32] = []
    /// Whether the server was started for this case: its feed begins with the case, and it has no other clients.
    var isFresh = false
    /// Whether the server has reported its status before; it is then an error if it stops doing so.
    var reportsStatus = false
    /// The process that feeds a third-party server, or several servers, and reports the feed's status and schedule;
    /// `nil` if the server reports them itself.
    var feedStatus: LoadTarget?
    /// How the server carries the feed.
    var dialect = ServerDialect()
    /// The third-party server that the lab started; `nil` for another server.
    var peer: PeerIdentity?

    /// Whether the server counts the bytes of its connections in the kernel, so that both ends can be compared.
    var countsConnections: Bool { feedStatus == nil }
}

/// A third-party server that the lab started.
struct PeerIdentity: Equatable, Sendable {
    let name: String
    /// As the server itself or its program reports it.
    let version: String
}

/// A running server that reports its status over HTTP, as a PushLab server does.
struct ProbedServer: RunningServer {
    let endpoint: ServerEndpoint

    private var probe: ServerProbe { ServerProbe(endpoint.feedStatus ?? endpoint.target) }

    func status() throws -> ServerStatus { try probe.status() }

    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        try probe.schedule(from: first, to: last)
    }

    func clockAhead(of identity: String) -> Duration? {
        ClockEstimate(before: probe.clockExchanges(Self.clockExchanges, with: identity)).map {
            .nanoseconds($0.line.aheadNanoseconds)
        }
    }

    private static let clockExchanges = 20
}
