import Feed
import LoadGenerator
import Transports

/// The server that a case measures: started for the case, or there before it.
protocol ServerUnderTest: Sendable {
    /// Starts the server, runs `body` and stops the server, however `body` ends.
    ///
    /// - Parameter body: Gets the server once it is ready.
    /// - Returns: What `body` returns.
    /// - Throws: ``CaseFault`` if the server does not start, ends before `body` does or does not stop; else what `body`
    ///   throws.
    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value
}

/// A server under test that is ready: where it is, and what it can tell of itself.
protocol RunningServer: Sendable {
    var endpoint: ServerEndpoint { get }

    /// - Throws: `ProbeFault` if the server does not tell.
    func status() throws -> ServerStatus

    /// When each item of a range was due and published.
    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry]

    /// Gives the server an item to publish.
    ///
    /// - Throws: ``PublishingUnsupported`` if its items do not come from the lab.
    func publish(_ item: ItemLine) async throws
}

extension RunningServer {
    func publish(_ item: ItemLine) async throws { throw PublishingUnsupported() }
}

/// The server makes its own items and takes none from the lab.
struct PublishingUnsupported: Error, Equatable, CustomStringConvertible {
    let description = "this server makes its own items and takes none from the lab"
}

/// Where a server under test is, and how far the case has it to itself.
struct ServerEndpoint: Sendable, Equatable {
    /// Where clients connect when nothing is in between.
    var target: LoadTarget
    /// Processes whose CPU time and memory are the server's; empty if they cannot be reached.
    var processes: [Int32] = []
    /// Whether the server was started for this case: its feed begins with the case, and it has no other clients.
    var isFresh = false
    /// Whether the server has told its status before; then it is a fault if it does not tell it again.
    var tellsStatus = false
}

/// A running server that is asked over HTTP, as a PushLab server is.
struct ProbedServer: RunningServer {
    let endpoint: ServerEndpoint

    private var probe: ServerProbe { ServerProbe(endpoint.target) }

    func status() throws -> ServerStatus { try probe.status() }

    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        try probe.schedule(from: first, to: last)
    }
}
