import LoadGenerator
import Scenario
import Transports

/// What stands between clients and server for the length of a case (RFC 3234): a reverse proxy, a forward proxy.
protocol Middlebox: Sendable {
    /// The program's name in the manifest's versions.
    var name: String { get }

    /// - Throws: A sentence if what it needs is not on this machine.
    func check() throws

    /// - Returns: `nil` if it cannot be found out.
    func version() async -> String?

    /// Starts the middlebox in front of an entrance, runs `body` and stops the middlebox, however `body` ends.
    ///
    /// - Parameters:
    ///   - entrance: Where the middlebox connects.
    ///   - body: Gets where clients are to connect once the middlebox is ready.
    /// - Returns: What `body` returns.
    /// - Throws: ``CaseFault`` if the middlebox does not start, ends before `body` does or does not stop; else what `body`
    ///   throws.
    func whileRunning<Value: Sendable>(
        before entrance: Entrance, _ body: @escaping @Sendable (Entrance) async throws -> Value
    ) async throws -> Value
}

/// Where the clients of a case connect.
struct Entrance: Sendable, Equatable {
    let target: LoadTarget
    /// Whether each connection of a client ends at the server itself, so that both ends can be compared.
    let isServers: Bool
    /// Processes in between whose CPU time and memory count as the middleboxes'.
    let processes: [Int32]

    /// The server's own.
    init(of server: ServerEndpoint) {
        target = server.target
        isServers = true
        processes = []
    }

    /// A middlebox's, in front of another entrance.
    init(_ target: LoadTarget, before inner: Entrance, processes: [Int32] = []) {
        self.target = target
        isServers = false
        self.processes = inner.processes + processes
    }
}

/// Middleboxes in a row, the one next to the server first.
struct MiddleboxChain: Sendable {
    let boxes: [any Middlebox]

    init(_ boxes: [any Middlebox] = []) {
        self.boxes = boxes
    }

    /// What a use of a transport asks for.
    init(for use: Scenario.TransportUse, clients: Int) {
        let nginx = NginxProxy(use.intermediary, clients: clients)
        boxes = nginx.map { [$0] } ?? []
    }

    var isEmpty: Bool { boxes.isEmpty }

    /// Runs `body` with all of them running; gives it the outermost entrance.
    func whileRunning<Value: Sendable>(
        before entrance: Entrance, _ body: @escaping @Sendable (Entrance) async throws -> Value
    ) async throws -> Value {
        guard let box = boxes.first else { return try await body(entrance) }
        let others = MiddleboxChain(Array(boxes.dropFirst()))
        return try await box.whileRunning(before: entrance) { try await others.whileRunning(before: $0, body) }
    }
}

/// An HTTP proxy that was there before the run: clients ask it for a tunnel to the server.
struct ForwardProxy: Middlebox {
    let address: ProxyAddress

    let name = "proxy"

    func check() {}

    func version() async -> String? { nil }

    func whileRunning<Value: Sendable>(
        before entrance: Entrance, _ body: @escaping @Sendable (Entrance) async throws -> Value
    ) async throws -> Value {
        var target = entrance.target
        target.proxy = address
        return try await body(Entrance(target, before: entrance))
    }
}
