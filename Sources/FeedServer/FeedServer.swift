import Feed
import Host
import Measurement
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Transports

/// The server: listens, publishes the feed and serves it by every registered transport.
package final class FeedServer: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let loops: [FeedLoop]
    private let publisher: FeedPublisher
    private let reserve: DescriptorReserve

    private static let reservedDescriptors = 8

    /// The address and port that the server listens on.
    package let host: String
    package let port: Int
    /// Due times count from this instant.
    package var epoch: MonotonicInstant { publisher.epoch }

    /// Starts listening and publishing. It listens only when everything that answers requests is ready.
    ///
    /// - Throws: ``ListenFault`` if the address cannot be bound; ``CertificateFault``.
    package static func start(_ configuration: FeedServerConfiguration) async throws -> FeedServer {
        let tls = try configuration.certificate?.makeContext()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
        let occupancy = Occupancy(
            maximumPlaces: configuration.maximumConnections,
            maximumSubscribers: configuration.maximumSubscribers ?? configuration.maximumConnections,
            descriptorLimit: FileDescriptorLimit.current.soft)
        let position = FeedPosition()
        let loops = group.makeIterator().map {
            FeedLoop(eventLoop: $0, configuration: configuration, occupancy: occupancy, position: position)
        }
        for loop in loops { try await loop.eventLoop.submit { loop.start() }.get() }
        let publisher = FeedPublisher(
            makeSource(configuration.feed), loops: loops, position: position,
            epoch: MonotonicClock.now() + configuration.feedDelay, duration: configuration.feedDuration,
            publishDelay: configuration.publishDelay)
        let router = RequestRouter(
            status: StatusPages(loops: loops, publisher: publisher, feedText: configuration.feedText),
            publishing: configuration.publishToken.map { PublishPage(token: $0, publisher: publisher) },
            settings: configuration.settings, transports: configuration.transports)
        let reserve = DescriptorReserve(count: Self.reservedDescriptors)
        let channel: any Channel
        do {
            channel = try await bind(configuration, group, loops, occupancy, reserve, router, tls)
        } catch {
            try? await group.shutdownGracefully()
            throw ListenFault(error, host: configuration.host, port: configuration.port)
        }
        try await loops[0].eventLoop.submit { publisher.start() }.get()
        return FeedServer(group: group, channel: channel, loops: loops, publisher: publisher, reserve: reserve)
    }

    private init(
        group: MultiThreadedEventLoopGroup, channel: any Channel, loops: [FeedLoop], publisher: FeedPublisher,
        reserve: DescriptorReserve
    ) {
        self.reserve = reserve
        self.group = group
        self.channel = channel
        self.loops = loops
        self.publisher = publisher
        host = channel.localAddress?.ipAddress ?? ""
        port = channel.localAddress?.port ?? 0
    }

    /// Publishes a line from outside, at once. May be called on any thread.
    ///
    /// - Returns: Why the line is not an item, which is counted; `nil` if it is published.
    @discardableResult
    package func publish(line: [UInt8]) -> ItemLineFault? {
        do throws(ItemLineFault) {
            let item = try ItemLine(line)
            loops[0].eventLoop.execute { self.publisher.push(item) }
            return nil
        } catch {
            countRefusedItem()
            return error
        }
    }

    /// Publishes lines and waits until every event loop has received them. Must not be called on an event loop.
    package func publishAndWait(_ items: [ItemLine]) {
        if items.isEmpty { return }
        try? loops[0].eventLoop.submit { for item in items { self.publisher.push(item) } }.wait()
        for loop in loops.dropFirst() { try? loop.eventLoop.submit {}.wait() }
    }

    /// Counts a line from outside that is not an item.
    package func countRefusedItem() {
        let loop = loops[0]
        loop.eventLoop.execute { loop.feed.counters.refusedItems += 1 }
    }

    /// Stops accepting, ends every exchange as its transport requires, and waits for the clients to disconnect.
    ///
    /// - Parameter patience: Connections that are still open after this time are closed.
    package func stop(patience: Duration = .seconds(3)) async {
        reserve.release()
        try? await channel.close().get()
        try? await loops[0].eventLoop.submit { self.publisher.stop() }.get()
        for loop in loops { try? await loop.eventLoop.submit { loop.stop() }.get() }
        let deadline = MonotonicClock.now() + patience
        while await connections() > 0, MonotonicClock.now() < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        for loop in loops { try? await loop.eventLoop.submit { loop.abandon() }.get() }
        try? await group.shutdownGracefully()
    }

    private func connections() async -> Int {
        var sum = 0
        for loop in loops { sum += (try? await loop.eventLoop.submit { loop.feed.counters.connections }.get()) ?? 0 }
        return sum
    }

    private static func makeSource(_ input: FeedServerConfiguration.FeedInput) -> (any ItemSource)? {
        switch input {
        case .synthetic(let generator): SyntheticSource(generator)
        case .host(let period): HostSource(period: period)
        case .replay(let replay): ReplaySource(replay)
        case .pushed: nil
        }
    }

    private static func bind(
        _ configuration: FeedServerConfiguration, _ group: MultiThreadedEventLoopGroup, _ loops: [FeedLoop],
        _ occupancy: Occupancy, _ reserve: DescriptorReserve, _ router: RequestRouter, _ tls: NIOSSLContext?
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
            .childChannelOption(
                .writeBufferWaterMark, value: ChannelOptions.Types.WriteBufferWaterMark(low: 64 << 10, high: 256 << 10)
            )
            // Requests are small; a fixed buffer saves memory on idle connections.
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 2_048))
            .childChannelInitializer { channel in
                guard let loop = loopOf[ObjectIdentifier(channel.eventLoop)] else {
                    preconditionFailure("every event loop of the group has a feed loop")
                }
                let admission = occupancy.admitConnection(descriptor: Self.descriptor(of: channel))
                channel.closeFuture.whenComplete { _ in occupancy.leavePlace() }
                if admission == .dropped {
                    loop.feed.counters.refusedConnections += 1
                    return channel.close()
                }
                return channel.eventLoop.makeCompletedFuture {
                    let handler = ConnectionHandler(loop: loop, router: router, isRefused: admission == .refused)
                    if let tls {
                        let handlers: [any ChannelHandler] = [handler.makeWireEnd(), NIOSSLServerHandler(context: tls)]
                        try channel.pipeline.syncOperations.addHandlers(handlers)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: configuration.host, port: configuration.port)
            .get()
    }

    /// Number of the socket's descriptor; -1 if it is closed already.
    private static func descriptor(of channel: any Channel) -> Int {
        let descriptor = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { Int($0) }
        return descriptor.flatMap { $0 } ?? -1
    }

    /// Descriptors that a server needs in addition to those of its connections.
    package static func descriptors(threads: Int) -> Int {
        // An event loop has three: epoll, eventfd, timerfd. The process itself uses about ten.
        Occupancy.refusedAtOnce + Occupancy.unseenAtOnce + Occupancy.reservedDescriptors + reservedDescriptors
            + 3 * threads + 16
    }
}
