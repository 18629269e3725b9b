import Feed
import Host
import LinkRelay
import Measurement
import NIOCore
import Synchronization
import Transports

/// The server: listens, publishes the feed and serves it by every registered transport.
package final class FeedServer: Sendable {
    private let threads: ServerThreads
    // The port; a restart replaces it, a stop removes it.
    private let openPort: Mutex<OpenPort?>
    private let listening: Listening
    private let router: RequestRouter
    private let loops: [FeedLoop]
    private let publisher: FeedPublisher
    private let reserve: DescriptorReserve
    private let laneListener: LaneListener?
    private let stream: RedisSource?

    private static let reservedDescriptors = 8

    /// The address and port that the server listens on.
    package let host: String
    package let port: Int
    /// Due times count from this instant.
    package var epoch: MonotonicInstant { publisher.epoch }

    /// Starts listening and publishing. It listens only when everything that answers requests is ready.
    ///
    /// - Throws: ``ListenFault`` if the address cannot be bound; ``CertificateFault``, ``SinkFault``, ``StreamFault``.
    package static func start(_ configuration: FeedServerConfiguration) async throws -> FeedServer {
        let tls = try configuration.certificate?.makeContext()
        let threads = ServerThreads(count: configuration.threads, encrypted: tls != nil)
        let occupancy = Occupancy(
            maximumPlaces: configuration.maximumConnections,
            maximumSubscribers: configuration.maximumSubscribers ?? configuration.maximumConnections,
            descriptorLimit: FileDescriptorLimit.current.soft)
        let position = FeedPosition(isShared: configuration.feed.isShared)
        let epoch = configuration.feed.epoch ?? MonotonicClock.now() + configuration.feedDelay
        let loops = try await startLoops(on: threads, configuration, occupancy, position, epoch)
        let publisher = FeedPublisher(
            configuration.feed.makeSource(), loops: loops, position: position, epoch: epoch,
            duration: configuration.feedDuration, publishDelay: configuration.publishDelay, sink: configuration.sink)
        let reserve = DescriptorReserve(count: Self.reservedDescriptors)
        let listening = Listening(
            configuration: configuration, threads: threads, loops: loops, occupancy: occupancy, reserve: reserve,
            tls: tls)
        let status = StatusPages(
            loops: loops, publisher: publisher, feedText: configuration.feedText, transports: configuration.transports)
        var stream: RedisSource?
        do {
            try await configuration.sink?.begin(epoch: epoch)
            stream = try await followStream(configuration, publisher, loops)
            var lanes: LaneListener?
            if let page = configuration.page {
                lanes = try await LaneListener.open(page, listening, status: status, publisher: publisher)
            }
            let router = RequestRouter(
                status: status,
                publishing: configuration.publishToken.map { PublishPage(token: $0, publisher: publisher) },
                settings: configuration.settings, transports: configuration.transports, site: lanes?.site)
            let port = try await listening.bind(host: configuration.host, port: configuration.port, router)
            lanes?.pagePort.listens(on: port.number)
            try await loops[0].eventLoop.submit { publisher.start() }.get()
            let server = FeedServer(
                listening, router, port: port, publisher: publisher, lanes: lanes, stream: stream)
            if let restart = configuration.restart { Task { await server.restart(restart) } }
            return server
        } catch {
            stream?.stop()
            await threads.shutDown()
            throw Self.fault(error, configuration)
        }
    }

    private static func startLoops(
        on threads: ServerThreads, _ configuration: FeedServerConfiguration, _ occupancy: Occupancy,
        _ position: FeedPosition, _ epoch: MonotonicInstant
    ) async throws -> [FeedLoop] {
        let loops = threads.eventLoops.map {
            FeedLoop(
                eventLoop: $0, configuration: configuration, occupancy: occupancy, position: position, epoch: epoch)
        }
        for loop in loops { try await loop.eventLoop.submit { loop.start() }.get() }
        return loops
    }

    /// Faults of the feed and of the simulated network in front of the lanes stay; anything else is one of listening.
    private static func fault(_ error: any Error, _ configuration: FeedServerConfiguration) -> any Error {
        let unknownHost = LinkRelayFault.unknownHost(RelayAddress(host: configuration.host, port: 0))
        if let fault = error as? LinkRelayFault, fault != unknownHost { return fault }
        if error is SinkFault || error is StreamFault { return error }
        return ListenFault(error, host: configuration.host, port: configuration.port)
    }

    private init(
        _ listening: Listening, _ router: RequestRouter, port: OpenPort, publisher: FeedPublisher,
        lanes: LaneListener?, stream: RedisSource?
    ) {
        self.listening = listening
        self.router = router
        laneListener = lanes
        self.stream = stream
        reserve = listening.reserve
        threads = listening.threads
        loops = listening.loops
        openPort = Mutex(port)
        self.publisher = publisher
        host = port.host
        self.port = port.number
    }

    /// Publishes a line from outside, at once. May be called on any thread.
    ///
    /// - Returns: Why the line is not an item, which is counted; `nil` if it is published.
    @discardableResult
    package func publish(line: [UInt8]) -> ItemLineFault? {
        do throws(ItemLineFault) {
            let item = try ItemLine(line)
            loops[0].eventLoop.execute { self.publisher.pushInTask(item) }
            return nil
        } catch {
            countRefusedItem()
            return error
        }
    }

    /// Publishes lines and waits until every event loop has received them. Must not be called on an event loop.
    package func publishAndWait(_ items: [ItemLine]) {
        if items.isEmpty { return }
        try? loops[0].eventLoop.submit {
            for item in items { self.publisher.push(item) }
            self.publisher.deliverPushed()
        }.wait()
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
        stream?.stop()
        await takePort()?.close()
        await laneListener?.listener.close()
        try? await loops[0].eventLoop.submit { self.publisher.stop() }.get()
        for loop in loops { try? await loop.eventLoop.submit { loop.stop() }.get() }
        let deadline = MonotonicClock.now() + patience
        while await connections().contains(where: { $0 > 0 }), MonotonicClock.now() < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        for loop in loops { try? await loop.eventLoop.submit { loop.abandon() }.get() }
        await laneListener?.stop()
        await threads.shutDown()
    }

    private func restart(_ plan: RestartPlan) async {
        let begin = epoch + plan.after
        try? await MonotonicClock.sleep(until: begin)
        // The server may have been stopped before.
        guard let listener = openPort.withLock({ $0 }) else { return }
        await listener.close()
        for loop in loops { try? await loop.eventLoop.submit { loop.stop() }.get() }
        try? await MonotonicClock.sleep(until: begin + plan.down)
        if openPort.withLock({ $0 == nil }) { return }
        for loop in loops {
            try? await loop.eventLoop.submit {
                loop.abandon()
                loop.resume(keepsHistory: plan.keepsHistory)
            }.get()
        }
        // The server was ready before, so this fails only if another program has taken the port; clients then see that
        // no server answers.
        guard let next = try? await listening.bind(host: host, port: port, router) else { return }
        openPort.withLock { $0 = next }
    }

    private func takePort() -> OpenPort? {
        openPort.withLock { port in
            defer { port = nil }
            return port
        }
    }

    /// Open connections, by event loop.
    func connections() async -> [Int] {
        var counts: [Int] = []
        for loop in loops {
            counts.append((try? await loop.eventLoop.submit { loop.feed.counters.connections }.get()) ?? 0)
        }
        return counts
    }

    /// Descriptors that a server needs in addition to those of its connections.
    package static func descriptors(threads: Int) -> Int {
        // An event loop has three: epoll, eventfd, timerfd. The process itself uses about ten.
        Occupancy.refusedAtOnce + Occupancy.unseenAtOnce + Occupancy.reservedDescriptors + reservedDescriptors
            + 3 * threads + 16
    }

    /// Connections per lane port for which this number of further descriptors is enough; may be 0 or less.
    package static func laneConnections(descriptors: Int, _ transports: TransportRegistry) -> Int {
        LanePort.connections(descriptors: descriptors, transports)
    }

    /// The highest first port with which the ports of all lanes exist.
    package static func highestFirstLanePort(_ transports: TransportRegistry) -> UInt16 {
        UInt16.max - UInt16(LanePort.count(transports) - 1)
    }

    /// Descriptors that the teaching page's lane ports need in addition.
    package static func laneDescriptors(_ transports: TransportRegistry) -> Int {
        LanePort.descriptors(transports)
    }
}
