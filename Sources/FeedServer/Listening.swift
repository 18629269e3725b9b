import Host
import NIOCore
import NIOPosix
import NIOSSL

/// Opens listening sockets whose connections the server's event loops serve.
struct Listening: Sendable {
    let configuration: FeedServerConfiguration
    let threads: ServerThreads
    let loops: [FeedLoop]
    let occupancy: Occupancy
    let reserve: DescriptorReserve
    let tls: NIOSSLContext?

    private static let waterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 64 << 10, high: 256 << 10)
    private static let receiveBuffers = AdaptiveRecvByteBufferAllocator(
        minimum: 256, initial: 256, maximum: 16 << 10)

    /// - Parameters:
    ///   - host: The address.
    ///   - port: 0 lets the kernel choose.
    ///   - router: The paths of this port.
    ///   - lanes: Counts the bytes of the port's connections; `nil` counts nothing.
    /// - Returns: The open port.
    /// - Throws: The error of the system.
    func bind(
        host: String, port: Int, _ router: RequestRouter, lanes: LaneRegistry? = nil
    ) async throws -> OpenPort {
        let served = ServedPort(router, occupancy: occupancy, lanes: lanes, isEncrypted: tls != nil)
        switch threads {
        case .channels(let group): return .encrypted(try await bind(host: host, port: port, served, on: group))
        case .sockets(let sockets):
            let acceptor = try ConnectionAcceptor(
                try SocketAddress.makeAddressResolvingHost(host, port: port), loops: Array(zip(sockets, loops)),
                port: served, occupancy: occupancy, reserve: reserve)
            try await acceptor.start()
            return .plain(acceptor)
        }
    }

    private func bind(
        host: String, port: Int, _ served: ServedPort, on group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        let loopOf = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0) })
        return try await ServerBootstrap(group: group)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptPause(occupancy, reserve: reserve))
                }
            }
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            // The kernel's counters are read after the peer's end and before ours; also, a client may close its half
            // early.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.writeBufferWaterMark, value: Self.waterMark)
            // Each connection keeps its buffer. Most requests fit into 256 B; a client that sends more gets more.
            .childChannelOption(.recvAllocator, value: Self.receiveBuffers)
            .childChannelInitializer { channel in
                guard let loop = loopOf[ObjectIdentifier(channel.eventLoop)] else {
                    preconditionFailure("every event loop of the group has a feed loop")
                }
                return serve(channel, of: served, on: loop)
            }
            .bind(host: host, port: port)
            .get()
    }

    private func serve(_ channel: any Channel, of port: ServedPort, on loop: FeedLoop) -> EventLoopFuture<Void> {
        let handler = port.admit(descriptor: Self.descriptor(of: channel), on: loop)
        channel.closeFuture.whenComplete { [port] _ in port.leave() }
        guard let handler, let tls else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
            let (wire, pipeline) = (TLSWire(for: handler), channel.pipeline.syncOperations)
            if let tap = handler.tap { try pipeline.addHandler(LaneWire(tap)) }
            let handlers: [any ChannelHandler] = [wire.makeWireEnd(), NIOSSLServerHandler(context: tls), wire]
            try pipeline.addHandlers(handlers)
            handler.begin(on: wire)
        }
    }

    /// Number of the socket's descriptor; -1 if it is closed already.
    private static func descriptor(of channel: any Channel) -> Int {
        let descriptor = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { Int($0) }
        return descriptor.flatMap { $0 } ?? -1
    }
}
