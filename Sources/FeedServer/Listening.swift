import Host
import NIOCore
import NIOPosix
import NIOSSL

/// Opens listening sockets whose connections the server's event loops serve.
struct Listening: Sendable {
    let configuration: FeedServerConfiguration
    let group: MultiThreadedEventLoopGroup
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
    /// - Returns: The listening channel.
    /// - Throws: The error of the system.
    func bind(
        host: String, port: Int, _ router: RequestRouter, lanes: LaneRegistry? = nil
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
                return serve(channel, on: loop, router, lanes)
            }
            .bind(host: host, port: port)
            .get()
    }

    private func serve(
        _ channel: any Channel, on loop: FeedLoop, _ router: RequestRouter, _ lanes: LaneRegistry?
    ) -> EventLoopFuture<Void> {
        let general = occupancy.admitConnection(descriptor: Self.descriptor(of: channel))
        let admission = max(general, lanes?.occupancy.admitConnection() ?? .served)
        // Not `self`: its copy would take 900 B per connection.
        channel.closeFuture.whenComplete { [occupancy, lanes] _ in
            occupancy.leavePlace()
            lanes?.occupancy.leavePlace()
        }
        if admission == .dropped {
            loop.feed.counters.refusedConnections += 1
            return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
            let full = general == .served ? lanes?.occupancy : occupancy
            let tap = lanes.map { LaneTap(loop: loop, lanes: $0, encrypted: tls != nil) }
            let handler = ConnectionHandler(
                loop: loop, router: router, refusal: admission == .refused ? full?.refusal : nil, tap: tap)
            let pipeline = channel.pipeline.syncOperations
            if let tls {
                if let tap { try pipeline.addHandler(LaneWire(tap)) }
                let handlers: [any ChannelHandler] = [handler.makeWireEnd(), NIOSSLServerHandler(context: tls)]
                try pipeline.addHandlers(handlers)
            }
            if let tap {
                tap.connection = handler
                try pipeline.addHandler(tap)
            }
            try pipeline.addHandler(handler)
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
