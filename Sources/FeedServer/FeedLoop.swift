import Feed
import HTTP
import Host
import Measurement
import NIOCore
import Transports

/// One event loop's share of the server: its copy of the window and its connections.
///
/// `@unchecked Sendable` holds because all state is used on ``eventLoop`` only; methods called from other threads check
/// it.
final class FeedLoop: @unchecked Sendable {
    let eventLoop: any EventLoop
    let configuration: FeedServerConfiguration
    let occupancy: Occupancy
    let feed: LoopFeed
    /// The taps of open connections on lane ports.
    var laneTaps: [ObjectIdentifier: LaneTap] = [:]
    private(set) var isStopping = false
    private var delayPace: DelayPace?

    /// Connections whose exchange waits for items. HTTP/2 streams are in the list of their connection.
    private(set) var waiting = WaitingList()
    /// Those that need not be asked what to send.
    var live = LiveGroups()
    /// The response headers that HTTP/2 streams have sent last.
    var http2Heads = HTTP2Heads()
    // Each stores its index.
    private var connections: ContiguousArray<ConnectionHandler> = []
    private(set) var http2Connections: [ObjectIdentifier: HTTP2Connection] = [:]
    /// The deliveries since the sockets were polled.
    var publicationRun = PublicationRun()
    /// Whether items are appended that the waiting connections get later.
    var hasDeferredDelivery = false
    private var turnBudget = TurnBudget()
    // Connections that have work left, in the order in which they get their turn.
    private var awaitingTurn: [ConnectionHandler] = []
    private var hasScheduledTurn = false
    private var wakes = WakeWheel<ConnectionHandler>(now: MonotonicClock.now())
    // When the loop wakes for them, and what cancels that.
    private var nextWake: (at: MonotonicInstant, timer: Scheduled<Void>)?

    init(
        eventLoop: any EventLoop, configuration: FeedServerConfiguration, occupancy: Occupancy, position: FeedPosition,
        epoch: MonotonicInstant
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.occupancy = occupancy
        delayPace = configuration.delayPerItem > .zero ? DelayPace(configuration.delayPerItem) : nil
        feed = LoopFeed(
            FeedWindow(capacity: configuration.historyItems, byteLimit: configuration.historyBytes),
            position: position, epoch: epoch, transports: configuration.transports.push.count)
    }

    func start() {
        eventLoop.preconditionInEventLoop()
        eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            self.feed.refreshDate()
            self.endOverdueHTTP2()
        }
    }

    /// Closes connections of lane ports.
    ///
    /// - Parameter isChosen: Which ones.
    /// - Returns: Their number.
    @discardableResult func dropLanes(where isChosen: (LaneTap) -> Bool = { _ in true }) -> Int {
        eventLoop.preconditionInEventLoop()
        let chosen = laneTaps.values.filter(isChosen)
        for tap in chosen { tap.connection?.drop() }
        return chosen.count
    }

    // MARK: Connections

    func connectionOpened(_ connection: ConnectionHandler) {
        connection.index = connections.count
        connections.append(connection)
        wakeInTime(connection)
        feed.counters.connections += 1
        feed.counters.connectionsTotal += 1
    }

    func connectionClosed(_ connection: ConnectionHandler) {
        stopWaiting(connection)
        wakes.remove(connection)
        if let index = connection.index {
            let last = connections.removeLast()
            if last !== connection {
                connections[index] = last
                last.index = index
            }
            connection.index = nil
        }
        feed.counters.connections -= 1
    }

    func streamClosed(_ stream: ConnectionHandler) {
        stopWaiting(stream)
        wakes.remove(stream)
    }

    /// Replaces the connection that began with the HTTP/2 preface.
    func http2ConnectionOpened(_ connection: HTTP2Connection) {
        http2Connections[ObjectIdentifier(connection)] = connection
        feed.counters.connections += 1
    }

    func http2ConnectionClosed(_ connection: HTTP2Connection) {
        http2Connections[ObjectIdentifier(connection)] = nil
        feed.counters.connections -= 1
    }

    func startWaiting(_ connection: ConnectionHandler, wakeAt: MonotonicInstant?) {
        if let stream = connection.stream {
            stream.connection.waiting.add(connection)
        } else {
            waiting.add(connection)
        }
        connection.exchangeWake = wakeAt ?? ConnectionLife.never
        if wakeAt != nil { wakeInTime(connection) }
    }

    /// The connection is in a live group from now on, and need not be asked about each item.
    func stopAsking(_ connection: ConnectionHandler) { waiting.remove(connection) }

    /// The connection has left its live group.
    func ask(_ connection: ConnectionHandler) { waiting.add(connection) }

    /// Whether items may be delivered without a look at each connection.
    var deliversLive: Bool { delayPace == nil && !isStopping }

    /// A time limit of the connection may have come closer.
    func limitsChanged(of connection: ConnectionHandler) {
        if connection.isServed { wakeInTime(connection) }
    }

    func stopWaiting(_ connection: ConnectionHandler) {
        if let stream = connection.stream {
            stream.connection.waiting.remove(connection)
        } else {
            waiting.remove(connection)
            live.remove(connection)
        }
        connection.exchangeWake = ConnectionLife.never
    }

    /// Spends the time of `FeedServerConfiguration/delayPerItem` on items for one client. Not by sleeping: a process
    /// wakes late, and its processor would look idle.
    func spendDelay(on items: Int) {
        guard var pace = delayPace else { return }
        let end = pace.end(of: items, from: MonotonicClock.now())
        delayPace = pace
        while MonotonicClock.now() < end {}
    }

    // MARK: Turns of work

    /// Whether work for one client must wait until other connections were served.
    var mustAwaitTurn: Bool { turnBudget.isSpent }

    func worked(_ bytes: Int) { turnBudget.spend(bytes) }

    /// Continues the connection's work in a later turn of the event loop. A connection must not be queued twice.
    func awaitTurn(_ connection: ConnectionHandler) {
        awaitingTurn.append(connection)
        scheduleTurn()
    }

    private func scheduleTurn(afterTurnOf length: Duration = .zero) {
        if hasScheduledTurn { return }
        hasScheduledTurn = true
        // A task without a delay would run before the loop polls its sockets again.
        let pause = TimeAmount(TurnBudget.pause(afterTurnOf: length))
        eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: pause) { self.takeTurn() }
    }

    private func takeTurn() {
        let began = MonotonicClock.now()
        turnBudget.turnBegan()
        var served = 0
        while served < awaitingTurn.count, !turnBudget.isSpent {
            awaitingTurn[served].turnCame()
            served += 1
        }
        awaitingTurn.removeFirst(served)
        // Not earlier: a turn scheduled during this one would be due at its end.
        hasScheduledTurn = false
        if !awaitingTurn.isEmpty { scheduleTurn(afterTurnOf: MonotonicClock.now() - began) }
    }

    /// Ends every exchange as its transport requires, and begins no new one.
    func stop() {
        eventLoop.preconditionInEventLoop()
        deliverDeferred()
        isStopping = true
        for connection in connections { connection.serverStopping() }
        for connection in Array(http2Connections.values) { connection.serverStopping() }
    }

    /// Begins exchanges again after ``stop()``.
    func resume(keepsHistory: Bool) {
        eventLoop.preconditionInEventLoop()
        isStopping = false
        if !keepsHistory { feed.forget() }
    }

    /// Closes the connections that are still open.
    func abandon() {
        eventLoop.preconditionInEventLoop()
        for connection in connections { connection.closeNow() }
        for connection in Array(http2Connections.values) { connection.closeNow() }
    }

    // MARK: Clock

    private func wakeInTime(_ connection: ConnectionHandler) {
        wakes.changed(connection)
        setTimer()
    }

    // Only for the next one: an idle loop does not wake.
    private func setTimer() {
        guard let wanted = wakes.nextWake else { return }
        if let nextWake {
            if nextWake.at <= wanted { return }
            nextWake.timer.cancel()
        }
        let wait = max(0, (wanted - MonotonicClock.now()).nanoseconds)
        nextWake = (wanted, eventLoop.scheduleTask(in: .nanoseconds(wait)) { self.wakeDue() })
    }

    private func wakeDue() {
        nextWake = nil
        defer { setTimer() }
        let now = MonotonicClock.now()
        for connection in wakes.takeDue(now) where connection.isServed {
            if let stream = connection.stream {
                stream.connection.together { connection.clockReached(now) }
            } else {
                connection.clockReached(now)
            }
            limitsChanged(of: connection)
        }
    }

    private func endOverdueHTTP2() {
        let now = MonotonicClock.now()
        for connection in Array(http2Connections.values) { connection.endIfOverdue(now) }
    }
}
