import Host
import Measurement
import NIOCore
import NIOPosix
import Transports

/// A client that is not connected yet.
struct PendingClient {
    let index: Int
    /// Number of its earlier attempts to connect.
    let attempt: UInt64
    let listener: any ConnectionListener
}

/// Connects clients to the server. Each client gets its own connection, a stream on its own connection, or a stream on
/// the connection that all clients share. Use it on the fleet's event loop only.
final class ClientConnector {
    private let route: Route
    private let version: HTTPVersion
    private let eventLoop: any EventLoop
    // Clients join it while it accepts them; then a new connection replaces it.
    private var shared: HTTP2ClientConnection?

    /// - Throws: ``TrustFault``.
    init(_ plan: LoadPlan, eventLoop: any EventLoop) throws(TrustFault) {
        version = plan.httpVersion
        route = try Route(
            host: plan.target.host, port: plan.target.port, proxy: plan.target.proxy, linkPort: plan.target.linkPort,
            trust: plan.target.tls, protocols: version.isHTTP2 ? [HTTP2ClientConnection.protocolName] : [])
        self.eventLoop = eventLoop
    }

    func connect(_ client: PendingClient, for fleet: SocketFleet) {
        switch version {
        case .one:
            let own = ClientConnection(fleet: fleet, carriesHTTP2: false, isEncrypted: route.isEncrypted)
            open(own, of: client, below: ChannelClient(client, on: own, fleet: fleet), for: fleet) { [client] }
        case .two:
            openHTTP2(for: client, fleet)
        case .twoShared:
            if let shared, shared.acceptsClients { return shared.carry(client) }
            shared = openHTTP2(for: client, fleet)
        }
    }

    @discardableResult
    private func openHTTP2(for client: PendingClient, _ fleet: SocketFleet) -> HTTP2ClientConnection {
        let connection = ClientConnection(fleet: fleet, carriesHTTP2: true, isEncrypted: route.isEncrypted)
        let streams = HTTP2ClientConnection(
            for: client, on: connection, isShared: version == .twoShared, isEncrypted: route.isEncrypted, fleet: fleet)
        connection.streams = streams
        open(connection, of: client, below: streams, for: fleet) { streams.openingFailed() }
        return streams
    }

    /// Opens a connection with the given top handler, for `client` and perhaps others. If that fails, `clients` returns
    /// the clients that must retry.
    private func open(
        _ connection: ClientConnection, of client: PendingClient, below top: any ChannelHandler,
        for fleet: SocketFleet, clients: @escaping () -> [PendingClient]
    ) {
        fleet.connectionBegun()
        let handlers = NIOLoopBound((connection: connection, top: top), eventLoop: eventLoop)
        let unconnected = NIOLoopBound(clients, eventLoop: eventLoop)
        let route = route
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // The server closes first; the kernel's counters are read before we close our half.
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: connection.allocator)
            .slowed(fleet.plan.readBytesPerSecond != nil)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (connection, top) = handlers.value
                    let lower = try route.handlers(
                        wireEnd: connection.makeWireEnd, tunnelOpened: connection.tunnelOpened)
                    try channel.pipeline.syncOperations.addHandlers(lower + [connection, top])
                }
            }
        let source = LoopbackSource(
            ofClient: fleet.plan.firstClient + client.index, to: fleet.plan.target.nearestHost)
        route.connect(bootstrap, from: source).whenFailure { error in
            guard handlers.value.connection.openingFailed() else { return }
            fleet.recorder.couldNotConnect(
                "a connection could not be opened: \(NetworkErrorText.text(error))", at: MonotonicClock.now())
            for client in unconnected.value() { fleet.retry(client) }
        }
    }
}
