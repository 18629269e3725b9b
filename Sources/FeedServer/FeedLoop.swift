import Feed
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

    /// Connections whose exchange waits for items. Each stores its index, so removal needs no search.
    var waiting: ContiguousArray<ConnectionHandler> = []
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var http2Connections: [ObjectIdentifier: HTTP2Connection] = [:]
    /// The deliveries since the sockets were polled.
    var publicationRun = PublicationRun()
    /// Whether items are appended that the waiting connections get later.
    var hasDeferredDelivery = false
    private var turnBudget = TurnBudget()
    // Connections that have work left, in the order in which they get their turn.
    private var awaitingTurn: [ConnectionHandler] = []
    private var hasScheduledTurn = false
    // Lower bound of the wake times of waiting exchanges.
    private var earliestWake = MonotonicInstant(nanoseconds: .max)

    // A hold ends at most this much late.
    private static let clockPeriod = TimeAmount.milliseconds(20)

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
        eventLoop.scheduleRepeatedTask(initialDelay: Self.clockPeriod, delay: Self.clockPeriod) { _ in
            self.wakeWaiting()
        }
        eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            self.feed.refreshDate()
            self.endOverdue()
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
        connections[ObjectIdentifier(connection)] = connection
        if connection.isStream { return }
        feed.counters.connections += 1
        feed.counters.connectionsTotal += 1
    }

    func connectionClosed(_ connection: ConnectionHandler) {
        stopWaiting(connection)
        connections[ObjectIdentifier(connection)] = nil
        if !connection.isStream { feed.counters.connections -= 1 }
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
        if connection.waitingIndex == nil {
            connection.waitingIndex = waiting.count
            waiting.append(connection)
        }
        connection.wakeAt = wakeAt
        if let wakeAt { earliestWake = min(earliestWake, wakeAt) }
    }

    func stopWaiting(_ connection: ConnectionHandler) {
        guard let index = connection.waitingIndex else { return }
        let last = waiting.removeLast()
        if last !== connection {
            waiting[index] = last
            last.waitingIndex = index
        }
        connection.waitingIndex = nil
        connection.wakeAt = nil
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
        for connection in Array(connections.values) { connection.serverStopping() }
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
        for connection in Array(connections.values) { connection.closeNow() }
        for connection in Array(http2Connections.values) { connection.closeNow() }
    }

    // MARK: Clock

    private func wakeWaiting() {
        let now = MonotonicClock.now()
        if now < earliestWake { return }
        earliestWake = MonotonicInstant(nanoseconds: .max)
        for connection in Array(waiting) {
            guard let wakeAt = connection.wakeAt else { continue }
            if wakeAt <= now {
                connection.clockReached(now)
            } else {
                earliestWake = min(earliestWake, wakeAt)
            }
        }
    }

    private func endOverdue() {
        let now = MonotonicClock.now()
        for connection in Array(connections.values) { connection.endIfOverdue(now) }
        for connection in Array(http2Connections.values) { connection.endIfOverdue(now) }
    }
}
