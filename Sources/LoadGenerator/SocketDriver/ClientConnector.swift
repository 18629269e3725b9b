import NIOCore
import NIOPosix
import Transports

/// A client that wants a way to the server: what it is before it has one.
struct Caller {
    let index: Int
    /// How many ways it had before.
    let attempt: UInt64
    let listener: any ConnectionListener
}

/// Gets clients their ways to the server: each a connection of its own, a stream on one of its own, or a stream on the
/// one that all share. It belongs to its fleet's event loop.
final class ClientConnector {
    private let route: Route
    private let version: HTTPVersion
    private let eventLoop: any EventLoop
    // Joined while it takes callers; then a new one takes its place.
    private var shared: HTTP2ClientConnection?

    /// - Throws: ``TrustFault``.
    init(_ plan: LoadPlan, eventLoop: any EventLoop) throws(TrustFault) {
        version = plan.httpVersion
        route = try Route(
            host: plan.target.host, port: plan.target.port, proxy: plan.target.proxy, trust: plan.target.tls,
            protocols: version.isHTTP2 ? [HTTP2ClientConnection.protocolName] : [])
        self.eventLoop = eventLoop
    }

    func connect(_ caller: Caller, for fleet: SocketFleet) {
        switch version {
        case .one:
            let own = ClientConnection(fleet: fleet, carriesHTTP2: false, isEncrypted: route.isEncrypted)
            open(own, below: SocketClient(caller, on: own, fleet: fleet), for: fleet) { [caller] }
        case .two:
            openHTTP2(for: caller, fleet)
        case .twoShared:
            if let shared, shared.takesCallers { return shared.carry(caller) }
            shared = openHTTP2(for: caller, fleet)
        }
    }

    @discardableResult
    private func openHTTP2(for caller: Caller, _ fleet: SocketFleet) -> HTTP2ClientConnection {
        let connection = ClientConnection(fleet: fleet, carriesHTTP2: true, isEncrypted: route.isEncrypted)
        let streams = HTTP2ClientConnection(
            for: caller, on: connection, isShared: version == .twoShared, isEncrypted: route.isEncrypted, fleet: fleet)
        connection.streams = streams
        open(connection, below: streams, for: fleet) { streams.takeWaiting() }
        return streams
    }

    /// Opens a connection whose top handler is given; `callers` are those left without a way if that fails.
    private func open(
        _ connection: ClientConnection, below top: any ChannelHandler, for fleet: SocketFleet,
        callers: @escaping () -> [Caller]
    ) {
        fleet.connectionBegun()
        let handlers = NIOLoopBound((connection: connection, top: top), eventLoop: eventLoop)
        let stranded = NIOLoopBound(callers, eventLoop: eventLoop)
        let route = route
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // The server closes first; the kernel's counters are read between its end and ours.
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: connection.allocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (connection, top) = handlers.value
                    let way = try route.handlers(
                        wireEnd: connection.makeWireEnd, tunnelOpened: connection.tunnelOpened)
                    try channel.pipeline.syncOperations.addHandlers(way + [connection, top])
                }
            }
        route.connect(bootstrap).whenFailure { error in
            fleet.recorder.fail("a connection could not be opened: \(NetworkWords.text(error))")
            for caller in stranded.value() { fleet.retry(caller) }
        }
    }
}
