import NIOCore
import NIOPosix
import Transports

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
        version = HTTPVersion(plan.options)
        route = try Route(
            host: plan.target.host, port: plan.target.port, proxy: plan.target.proxy, trust: plan.target.tls,
            protocols: version.isHTTP2 ? [HTTP2ClientConnection.protocolName] : [])
        self.eventLoop = eventLoop
    }

    func connect(_ caller: Caller, for fleet: SocketFleet) {
        switch version {
        case .one:
            let end = ConnectionEnd(fleet: fleet, carriesHTTP2: false)
            open(end, below: SocketClient(caller, on: end, fleet: fleet), for: fleet) { [caller] }
        case .two:
            openHTTP2(for: caller, fleet)
        case .twoShared:
            if let shared, shared.takesCallers { return shared.carry(caller) }
            shared = openHTTP2(for: caller, fleet)
        }
    }

    @discardableResult
    private func openHTTP2(for caller: Caller, _ fleet: SocketFleet) -> HTTP2ClientConnection {
        let end = ConnectionEnd(fleet: fleet, carriesHTTP2: true)
        let connection = HTTP2ClientConnection(
            for: caller, on: end, isShared: version == .twoShared, isEncrypted: route.isEncrypted, fleet: fleet)
        end.streams = connection
        open(end, below: connection, for: fleet) { connection.takeWaiting() }
        return connection
    }

    /// Opens a connection whose top handler is given; `callers` are those left without a way if that fails.
    private func open(
        _ end: ConnectionEnd, below top: any ChannelHandler, for fleet: SocketFleet, callers: @escaping () -> [Caller]
    ) {
        fleet.connectionBegun()
        let handlers = NIOLoopBound((end: end, top: top), eventLoop: eventLoop)
        let stranded = NIOLoopBound(callers, eventLoop: eventLoop)
        let route = route
        let bootstrap = ClientBootstrap(group: eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // The server closes first; the kernel's counters are read between its end and ours.
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: end.allocator)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let (end, top) = handlers.value
                    let way = try route.handlers(wireEnd: end.makeWireEnd, tunnelOpened: end.tunnelOpened)
                    try channel.pipeline.syncOperations.addHandlers(way + [end, top])
                }
            }
        route.connect(bootstrap).whenFailure { error in
            fleet.recorder.fail("a connection could not be opened: \(error)")
            for caller in stranded.value() { fleet.retry(caller) }
        }
    }
}
