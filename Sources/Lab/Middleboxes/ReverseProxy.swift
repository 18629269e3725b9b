import Host
import LoadGenerator
import Transports

/// A reverse proxy that the lab starts between clients and server.
struct ReverseProxy: Middlebox {
    let startTime: Duration
    private let program: ProxyProgram
    private let clients: Int
    private let makeConfiguration: @Sendable (ProxyRoute) -> (any ProxyConfiguration)?

    /// A proxy before one server.
    ///
    /// - Returns: `nil` if there is no proxy.
    init?(_ intermediary: Intermediary, clients: Int) {
        guard let program = intermediary.program else { return nil }
        (self.program, self.clients, startTime) = (program, clients, program.startTime)
        makeConfiguration = { intermediary.configuration(for: $0) }
    }

    /// HAProxy before several servers.
    ///
    /// - Parameters:
    ///   - clients: Their number.
    ///   - serverStart: How much longer the case takes to start because of the servers.
    init(balancingFor clients: Int, serverStart: Duration) {
        program = BalancerConfiguration.program
        (self.clients, startTime) = (clients, program.startTime + serverStart)
        makeConfiguration = { BalancerConfiguration(route: $0) }
    }

    var name: String { program.name }

    func check() throws { try program.check(clients: clients) }

    func version() async -> String? { await program.installed.version() }

    /// - Throws: Also ``ProxyMissing``, ``TooManyProxyClients``, `DescriptorLimitFault` and `NoFreePort`.
    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        try check()
        let reserved = try ReservedPort()
        let port = reserved.number
        let route = ProxyRoute(port: port, serverPorts: entryPoint.serverPorts, clients: clients)
        guard let configuration = makeConfiguration(route) else { return try await body(entryPoint) }
        try FileDescriptorLimit.raise(toAtLeast: UInt64(configuration.descriptors))
        let path = try program.path()
        let supervised = SupervisedProgram(
            program: program.installed, files: [type(of: configuration).fileName: configuration.text]
        ) { folder in
            [path] + configuration.arguments(in: folder)
        }
        let probe = ServerProbe(LoadTarget(port: port))
        let answers: @Sendable (Int32) -> Bool = { _ in (try? probe.checkReachable()) != nil }
        return try await supervised.whileRunning(whenReady: answers) { pid in
            let processes = [pid] + Self.workers(of: pid)
            return try await body(EntryPoint(LoadTarget(port: port), before: entryPoint, processes: processes))
        }
    }

    /// The processes that a process has started (proc(5): `children`).
    private static func workers(of pid: Int32) -> [Int32] {
        (TextFile.read("/proc/\(pid)/task/\(pid)/children") ?? "").split(separator: " ").compactMap { Int32($0) }
    }
}
