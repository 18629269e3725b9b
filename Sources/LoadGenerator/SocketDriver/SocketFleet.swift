import ConnectionEnds
import Host
import Measurement
import NIOCore
import NIOPosix
import Transports
import WireAccounting

/// Drives all clients with lasting connections or streams, on one event loop.
///
/// `@unchecked Sendable` is safe because all mutable state is accessed on ``eventLoop`` only.
final class SocketFleet: Fleet, @unchecked Sendable {
    var ledger = ByteLedger()
    let recorder: DeliveryRecorder
    var receptions: ReceptionLog { recorder.receptions }
    let plan: LoadPlan
    /// Whether each write is counted when it has succeeded, and the kernel's counters are read before it. A failed
    /// write closes the socket without an event. False for clients that send all the time on connections that last: it
    /// costs some microseconds per write.
    let awaitsWrites: Bool
    let eventLoop: any EventLoop

    private let group: any EventLoopGroup
    let makeListener: @Sendable (ListenerSetup) -> any ConnectionListener
    let setups: ListenerSetups
    private let connector: Connector
    /// By client. Before each reconnect a client waits for a random time (seeded), longer after each failure.
    var delays: [ReconnectDelay]
    var kernel = KernelCount()
    var unreadCounters: UInt64 = 0
    var counts = ExchangeCounts()
    var scheduleLag = LatencyHistogram()
    lazy var sendTimer = SendTimer(eventLoop) { [weak self] client, deadline in
        // The client may have another connection, or none, by now.
        guard let client = self?.clients[client], client.wakesAt == deadline else { return }
        client.sendMessages()
    }
    /// By index: the clients that are connected.
    var clients: [Int: SocketClient] = [:]
    var connections: [ObjectIdentifier: any FleetConnection] = [:]
    /// What a client has counted for bytes that it is about to write.
    var unwritten = ByteLedger()
    var compressions: Set<String> = []
    var openCount = 0
    var connectedAt: MonotonicInstant?
    var isFinishing = false
    var rules: AnswerRules
    var lifetimes: ClientLifetimes?
    /// Clients that have left and not come back.
    var hasLeft: Set<Int> = []
    var heartbeat: Heartbeat
    var whenAllClosed: EventLoopPromise<Void>?

    // Time limits are checked at this interval, so a silent server is detected at most this late.
    private static let clockPeriod = TimeAmount.seconds(1)

    /// - Throws: ``TrustFault``.
    init(_ plan: LoadPlan, _ makeListener: @escaping @Sendable (ListenerSetup) -> any ConnectionListener) throws {
        self.plan = plan
        awaitsWrites = plan.send == nil || plan.expectsBreaks
        self.makeListener = makeListener
        recorder = DeliveryRecorder(plan)
        rules = AnswerRules(allowance: plan.times.networkAllowance)
        heartbeat = Heartbeat(
            windowStart: plan.times.windowStart, windowEnd: plan.times.windowEnd, from: plan.times.start)
        setups = ListenerSetups(plan)
        lifetimes = ClientLifetimes(plan)
        delays = setups.map { ReconnectDelay(seed: $0.seed, policy: plan.reconnect ?? ReconnectPolicy()) }
        if let address = Self.plainAddress(of: plan) {
            let loop = SocketLoop()
            (group, eventLoop) = (loop, loop)
            connector = .sockets(loop, address)
        } else {
            group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            eventLoop = group.next()
            connector = .channels(try ClientConnector(plan, eventLoop: eventLoop))
        }
    }

    /// Where connections come from.
    private enum Connector {
        /// Plain TCP connections to an address, without SwiftNIO.
        case sockets(SocketLoop, SocketAddress)
        case channels(ClientConnector)
    }

    // For clients with one plain TCP connection each, to a host that is an address.
    private static func plainAddress(of plan: LoadPlan) -> SocketAddress? {
        let target = plan.target
        guard target.tls == nil, target.proxy == nil, plan.httpVersion == .one, plan.readBytesPerSecond == nil
        else { return nil }
        return try? SocketAddress(ipAddress: target.nearestHost, port: target.linkPort ?? target.port)
    }

    /// Opens a client's connection or stream.
    func open(_ client: PendingClient) {
        switch connector {
        case .channels(let connector): connector.connect(client, for: self)
        case .sockets(let loop, let address):
            connectionBegun()
            let source = LoopbackSource(ofClient: plan.firstClient + client.index, to: plan.target.nearestHost)
            SocketConnection(client, fleet: self, loop: loop).connect(to: address, from: source)
        }
    }

    func start() {
        let period = TimeAmount.nanoseconds(Heartbeat.period.nanoseconds)
        eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { _ in
            self.heartbeat.beat(at: MonotonicClock.now())
        }
        eventLoop.scheduleRepeatedTask(initialDelay: Self.clockPeriod, delay: Self.clockPeriod) { task in
            // Then a busy server may answer the last Close after the time limit of a single client.
            if self.isFinishing { return task.cancel() }
            let now = MonotonicClock.now()
            for client in Array(self.clients.values) { client.clockReached(now) }
        }
        if plan.readBytesPerSecond != nil {
            let period = TimeAmount.nanoseconds(SlowReading.period.nanoseconds)
            eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { task in
                if self.isFinishing { return task.cancel() }
                for connection in Array(self.connections.values) { connection.readSlowly() }
            }
        }
        eventLoop.execute {
            let now = MonotonicClock.now()
            for client in 0..<self.plan.clients {
                let index = Double(self.plan.firstClient + client)
                let place = self.plan.times.ramp * (index / Double(self.plan.allClients))
                self.connect(client, attempt: 0, after: self.plan.times.start + place - now)
                self.scheduleLeaving(client, at: self.lifetimes?.firstEnd(of: client))
            }
        }
    }

    func hasReached(_ last: UInt64) async -> Bool {
        (try? await eventLoop.submit { self.recorder.hasReached(last) }.get()) ?? false
    }

    func highestReceived() async -> UInt64 {
        (try? await eventLoop.submit { self.recorder.highestReceived() }.get()) ?? plan.cursor
    }

    func traffic() async -> Traffic {
        let traffic = try? await eventLoop.submit {
            Traffic(
                self.kernel, open: self.connections.values.compactMap { $0.countNow() }, requests: self.counts.requests)
        }.get()
        return traffic ?? Traffic()
    }

    func progress() async -> FleetProgress {
        let progress = try? await eventLoop.submit {
            FleetProgress(
                self.recorder, ledger: self.ledger, exchanges: self.counts, ended: self.kernel,
                open: self.connections.values.compactMap { $0.countNow() })
        }.get()
        return progress ?? FleetProgress()
    }

    func finish(through last: UInt64, by account: FeedAccount) async -> LoadRecord {
        try? await eventLoop.flatSubmit { self.closeAll() }.get()
        let record = try? await eventLoop.submit { self.report(through: last, by: account) }.get()
        try? await group.shutdownGracefully()
        return record ?? LoadRecord()
    }
}

/// A connection of the fleet, whatever carries it.
protocol FleetConnection: AnyObject {
    /// Reads the bytes of one period; see ``SlowReading``.
    func readSlowly()

    /// From now on reads all that arrives, so that the connection can end in order.
    func readFreely()

    /// Ends the connection with its last stream.
    func finishStreams()

    /// Closes the connection at once.
    func closeNow()

    /// The kernel's counters now; `nil` once the connection is gone.
    func countNow() -> KernelCount?
}

extension FleetConnection {
    func readSlowly() {}
    func readFreely() {}
    func finishStreams() {}
}
