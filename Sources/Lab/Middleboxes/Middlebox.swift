import LinkRelay
import LoadGenerator
import Measurement
import Scenario
import Transports

/// What is between clients and server while a case runs: a reverse or a forward proxy, or a simulated network
/// (middlebox: RFC 3234).
protocol Middlebox: Sendable {
    /// The program's name in the manifest's `versions`.
    var name: String { get }

    /// How much longer a case takes to start with it.
    var startTime: Duration { get }

    /// - Throws: An error in one sentence if its program is not installed, or is not for that number of clients.
    func check() throws

    /// - Returns: `nil` if the version is unknown.
    func version() async -> String?

    /// Starts the middlebox, runs `body` and stops the middlebox, however `body` ends.
    ///
    /// - Parameters:
    ///   - entryPoint: Where the middlebox connects to.
    ///   - body: Called when the middlebox is ready, with the entry point for the clients.
    /// - Returns: What `body` returns.
    /// - Throws: ``CaseFault`` if the middlebox does not start, ends before `body` does or does not stop; otherwise the
    ///   error of `body`.
    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value
}

extension Middlebox {
    var startTime: Duration { .milliseconds(200) }
}

/// Where the clients of a case connect.
struct EntryPoint: Sendable {
    let target: LoadTarget
    /// The ports behind the target: those of the servers that a middlebox may choose from, or its own.
    let serverPorts: [Int]
    /// Whether client connections end at the server itself, so that the counts of both ends can be compared.
    let isDirect: Bool
    /// The processes of the middleboxes.
    let processes: [Int32]
    /// The simulated network that clients connect through; `nil` for none.
    let link: (any RunningLink)?

    /// The server itself, without a middlebox.
    init(of server: ServerEndpoint) {
        target = server.target
        serverPorts = [server.target.port] + server.furtherPorts
        isDirect = true
        processes = []
        link = nil
    }

    /// A middlebox that connects to the entry point `inner`.
    init(_ target: LoadTarget, before inner: EntryPoint, processes: [Int32] = []) {
        self.target = target
        serverPorts = [target.port]
        isDirect = false
        self.processes = inner.processes + processes
        link = inner.link
    }

    /// A simulated network that clients reach on a port of this machine. Each of their connections has one to `inner`
    /// that carries the same bytes.
    init(_ link: any RunningLink, port: Int, before inner: EntryPoint) {
        var target = inner.target
        target.linkPort = port
        self.target = target
        serverPorts = [port]
        isDirect = inner.isDirect
        processes = inner.processes
        self.link = link
    }
}

/// Middleboxes in series, the one nearest to the server first.
struct MiddleboxChain: Sendable {
    let boxes: [any Middlebox]

    init(_ boxes: [any Middlebox] = []) {
        self.boxes = boxes
    }

    /// The middleboxes that a transport's options, several servers and a network ask for.
    init(
        for use: Scenario.TransportUse, servers: Int? = nil, through network: Scenario.Network? = nil, clients: Int,
        seed: UInt64 = 1
    ) {
        var boxes: [any Middlebox] = []
        if let servers {
            let start = ScaleOutServer.startTime(servers: servers)
            boxes.append(ReverseProxy(balancingFor: clients, serverStart: start))
        } else if let proxy = ReverseProxy(use.intermediary, clients: clients) {
            boxes.append(proxy)
        }
        self.boxes = boxes + Self.link(network, clients: clients, seed: seed)
    }

    /// The middleboxes of a case.
    init(for one: Scenario.Case, seed: UInt64 = 1) {
        self.init(
            for: one.transport, servers: one.scaleOut, through: one.network, clients: one.clients, seed: seed)
    }

    /// A forward proxy and a simulated network, which clients reach first.
    init(proxy: ProxyAddress?, through network: Scenario.Network?, clients: Int, seed: UInt64) {
        var boxes: [any Middlebox] = []
        if let proxy { boxes.append(ForwardProxy(address: proxy)) }
        self.boxes = boxes + Self.link(network, clients: clients, seed: seed)
    }

    private static func link(_ network: Scenario.Network?, clients: Int, seed: UInt64) -> [any Middlebox] {
        network.map { [SimulatedLink(settings: $0.settings, clients: clients, seed: seed)] } ?? []
    }

    /// How much longer a case takes to start with them; they start one after the other, but only programs take time.
    var startTime: Duration { boxes.map(\.startTime).max() ?? .zero }

    /// Starts all middleboxes, then runs `body` with the outermost entry point.
    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        guard let box = boxes.first else { return try await body(entryPoint) }
        let others = MiddleboxChain(Array(boxes.dropFirst()))
        return try await box.whileRunning(before: entryPoint) { try await others.whileRunning(before: $0, body) }
    }
}

/// An HTTP proxy that already runs. Clients ask it for a tunnel to the server.
struct ForwardProxy: Middlebox {
    let address: ProxyAddress

    let name = "proxy"

    func check() {}

    func version() async -> String? { nil }

    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        var target = entryPoint.target
        target.proxy = address
        return try await body(EntryPoint(target, before: entryPoint))
    }
}
