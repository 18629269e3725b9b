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
    let eventLoop: any EventLoop

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let makeListener: @Sendable (ListenerSetup) -> any ConnectionListener
    private let setups: ListenerSetups
    private let connector: ClientConnector
    // By client. Before each reconnect a client waits for a random time (seeded), longer after each failure.
    private var delays: [ReconnectDelay]
    private var kernel = KernelCount()
    private var unreadCounters: UInt64 = 0
    private var counts = ExchangeCounts()
    private var scheduleLag = LatencyHistogram()
    private lazy var sendTimer = SendTimer(eventLoop) { [weak self] client, deadline in
        // The client may have another connection, or none, by now.
        guard let client = self?.clients[client], client.wakesAt == deadline else { return }
        client.sendMessages()
    }
    // By index: the clients that are connected.
    private var clients: [Int: SocketClient] = [:]
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var compressions: Set<String> = []
    private var openCount = 0
    private var connectedAt: MonotonicInstant?
    private(set) var isFinishing = false
    private var rules: AnswerRules
    private var lifetimes: ClientLifetimes?
    // Clients that have left and not come back.
    private var hasLeft: Set<Int> = []
    private var heartbeat: Heartbeat
    private var whenAllClosed: EventLoopPromise<Void>?

    private static let closingPatience = TimeAmount.seconds(3)
    // A message sent later than this after its due time counts as late.
    private static let lateness = Duration.milliseconds(1)
    // Time limits are checked at this interval, so a silent server is detected at most this late.
    private static let clockPeriod = TimeAmount.seconds(1)

    /// - Throws: ``TrustFault``.
    init(_ plan: LoadPlan, _ makeListener: @escaping @Sendable (ListenerSetup) -> any ConnectionListener) throws {
        self.plan = plan
        self.makeListener = makeListener
        recorder = DeliveryRecorder(plan)
        rules = AnswerRules(allowance: plan.times.networkAllowance)
        heartbeat = Heartbeat(
            windowStart: plan.times.windowStart, windowEnd: plan.times.windowEnd, from: plan.times.start)
        setups = ListenerSetups(plan)
        lifetimes = ClientLifetimes(plan)
        delays = setups.map { ReconnectDelay(seed: $0.seed, policy: plan.reconnect ?? ReconnectPolicy()) }
        eventLoop = group.next()
        connector = try ClientConnector(plan, eventLoop: eventLoop)
    }

    func start() {
        let period = TimeAmount.nanoseconds(Heartbeat.period.nanoseconds)
        eventLoop.scheduleRepeatedTask(initialDelay: period, delay: period) { _ in
            self.heartbeat.beat(at: MonotonicClock.now())
        }
        eventLoop.scheduleRepeatedTask(initialDelay: Self.clockPeriod, delay: Self.clockPeriod) { _ in
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
                let place = self.plan.times.ramp * (Double(client) / Double(self.plan.clients))
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

    // MARK: Connecting

    private func connect(_ client: Int, attempt: UInt64, after delay: Duration) {
        eventLoop.scheduleTask(in: .nanoseconds(max(0, delay.nanoseconds))) {
            if !self.isFinishing { self.connectNow(client, attempt: attempt) }
        }
    }

    private func connectNow(_ client: Int, attempt: UInt64) {
        if hasLeft.remove(client) != nil { cameBack(client) }
        let cursor = recorder.highestReceived(client: client)
        let listener = makeListener(setups.setup(of: client, cursor: cursor, attempt: attempt))
        connector.connect(PendingClient(index: client, attempt: attempt, listener: listener), for: self)
    }

    /// A client could not connect to the server.
    func retry(_ client: PendingClient) {
        retry(client.index, attempt: client.attempt)
    }

    private func retry(_ client: Int, attempt: UInt64) {
        connect(client, attempt: attempt + 1, after: delays[client].next())
    }

    // MARK: Leaving

    private func scheduleLeaving(_ client: Int, at end: MonotonicInstant?) {
        guard let end else { return }
        let wait = max(0, (end - MonotonicClock.now()).nanoseconds)
        eventLoop.scheduleTask(in: .nanoseconds(wait)) { self.leave(client) }
    }

    /// A client whose connection is not open leaves later.
    private func leave(_ index: Int) {
        if isFinishing { return }
        let now = MonotonicClock.now()
        guard let client = clients[index], client.isOpen else {
            return scheduleLeaving(index, at: lifetimes?.nextEnd(of: index, after: now))
        }
        recorder.left(client: index, at: now)
        client.leave()
    }

    private func cameBack(_ client: Int) {
        let now = MonotonicClock.now()
        recorder.cameBack(client: client, at: now)
        scheduleLeaving(client, at: lifetimes?.nextEnd(of: client, after: now))
    }

    // MARK: Called by connections

    func connectionBegun() {
        counts.connects += 1
    }

    func connectionOpened(_ connection: ClientConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func bookCounters(_ count: KernelCount?) {
        if let count { kernel.merge(count) } else { unreadCounters += 1 }
    }

    func connectionClosed(_ connection: ClientConnection) {
        connections[ObjectIdentifier(connection)] = nil
        if isFinishing, connections.isEmpty { whenAllClosed?.succeed() }
    }

    // MARK: Called by clients

    func clientConnected(_ client: SocketClient) {
        clients[client.index] = client
    }

    func firstItemReceived(_ client: SocketClient) {
        delays[client.index].succeeded()
    }

    func handshakeDone(compression: String?) {
        if let compression { compressions.insert(compression) }
        // The opening handshake is the only request of such a client.
        counts.requests += 1
        openCount += 1
        if openCount == plan.clients { connectedAt = MonotonicClock.now() }
    }

    /// The client's next message is due at that instant.
    func wake(_ client: SocketClient, at due: MonotonicInstant) {
        sendTimer.wake(client.index, at: due)
    }

    /// A message was handed to its channel.
    ///
    /// - Parameters:
    ///   - due: When it was due.
    ///   - lag: How late it was sent, without the time in which the connection was not writable.
    func messageSent(due: MonotonicInstant, lag: Duration) {
        if due >= plan.times.windowStart, due < plan.times.windowEnd { scheduleLag.record(lag) }
        if lag > Self.lateness { counts.lateSends += 1 }
    }

    func clientClosed(_ client: SocketClient) {
        clients[client.index] = nil
        if isFinishing { return }
        if client.isLeaving {
            hasLeft.insert(client.index)
            return connect(client.index, attempt: client.attempt + 1, after: lifetimes?.away ?? .zero)
        }
        // An orderly end was reported as an event, such as a gap, and is not an error here.
        if !client.endedOrderly {
            recorder.ended(
                .broken, "the server ended a connection", client: client.index, at: MonotonicClock.now())
        }
        retry(client.index, attempt: client.attempt)
    }

    // MARK: The end

    private func closeAll() -> EventLoopFuture<Void> {
        isFinishing = true
        for connection in Array(connections.values) { connection.readFreely() }
        heartbeat.beat(at: MonotonicClock.now())
        for client in clients.values
        where client.isWithinItem && recorder.highestReceived(client: client.index) == plan.cursor {
            rules.waitsForEndOfFirstItem()
        }
        let promise = eventLoop.makePromise(of: Void.self)
        whenAllClosed = promise
        for client in Array(clients.values) { client.finish() }
        for connection in Array(connections.values) { connection.streams?.finish() }
        if connections.isEmpty { promise.succeed() }
        let allowance = TimeAmount.nanoseconds(plan.times.networkAllowance.nanoseconds)
        eventLoop.scheduleTask(in: Self.closingPatience + allowance) {
            for connection in Array(self.connections.values) { connection.closeNow() }
        }
        return promise.futureResult
    }

    private func report(through last: UInt64, by account: FeedAccount) -> LoadRecord {
        var record = LoadRecord()
        recorder.report(through: last, by: account, into: &record)
        record.rowObjections = rules.objections
        record.timeObjections = heartbeat.objection.map { [$0] } ?? []
        record.ledger = ledger
        record.kernel = kernel
        record.unreadCounters = unreadCounters
        record.exchanges = counts
        record.scheduleLag = scheduleLag
        record.compressions = compressions.sorted()
        record.connectedAt = connectedAt ?? MonotonicClock.now()
        return record
    }
}
