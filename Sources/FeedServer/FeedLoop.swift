import Feed
import HTTP
import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// One event loop's share of the server: its copy of the window and its connections.
///
/// `@unchecked Sendable` holds because all state is touched on ``eventLoop`` only; every entry from outside checks it.
final class FeedLoop: @unchecked Sendable {
    let eventLoop: any EventLoop
    let configuration: FeedServerConfiguration
    let occupancy: Occupancy
    let feed: LoopFeed
    private(set) var isStopping = false

    // Connections whose exchange waits for items. Each knows its place, so leaving costs no search.
    private var waiting: ContiguousArray<ConnectionHandler> = []
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var http2Connections: [ObjectIdentifier: HTTP2Connection] = [:]
    private var turnBudget = TurnBudget()
    // Connections that have work left, in the order in which they get their turn.
    private var awaitingTurn: [ConnectionHandler] = []
    private var hasScheduledTurn = false
    // Lower bound of the instants that waiting exchanges asked to be woken at.
    private var earliestWake = MonotonicInstant(nanoseconds: .max)

    private static let endOfFeedDelay = TimeAmount.seconds(1)
    // A hold ends at most this much late.
    private static let clockPeriod = TimeAmount.milliseconds(20)

    init(
        eventLoop: any EventLoop, configuration: FeedServerConfiguration, occupancy: Occupancy, position: FeedPosition
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.occupancy = occupancy
        feed = LoopFeed(
            FeedWindow(capacity: configuration.historyItems, byteLimit: configuration.historyBytes),
            position: position)
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

    /// Takes new items and hands them to everyone who waits.
    func publish(_ items: [FeedItem]) {
        eventLoop.preconditionInEventLoop()
        feed.append(items)
        tellWaiting()
    }

    /// No further item comes, and the feed ends at this instant: so do, a little later, the responses that would wait
    /// for more of it. A client that takes the end of the feed from the items themselves has left by then.
    func feedEnded(at end: MonotonicInstant) {
        eventLoop.preconditionInEventLoop()
        let rest = max(.zero, end - MonotonicClock.now())
        eventLoop.scheduleTask(in: .nanoseconds(rest.nanoseconds) + Self.endOfFeedDelay) {
            self.feed.complete()
            self.tellWaiting()
        }
    }

    private func tellWaiting() {
        // Backwards: an exchange that ends takes itself out, and the last one moves into its place.
        var index = waiting.count - 1
        while index >= 0 {
            if index < waiting.count { waiting[index].itemPublished() }
            index -= 1
        }
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

    /// Takes the place of the connection that began with the preface.
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

    // MARK: Turns of work

    /// Whether work for one client has to wait until others have had their turn.
    var mustAwaitTurn: Bool { turnBudget.isSpent }

    func worked(_ bytes: Int) { turnBudget.spend(bytes) }

    /// Lets the connection go on in a later turn of the event loop; each is to ask once.
    func awaitTurn(_ connection: ConnectionHandler) {
        awaitingTurn.append(connection)
        scheduleTurn()
    }

    private func scheduleTurn(afterTurnOf length: Duration = .zero) {
        if hasScheduledTurn { return }
        hasScheduledTurn = true
        // A task without a delay would run before the loop looks at its sockets again.
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
        // Not before: what was scheduled while this turn went on would be due at its end.
        hasScheduledTurn = false
        if !awaitingTurn.isEmpty { scheduleTurn(afterTurnOf: MonotonicClock.now() - began) }
    }

    /// Ends every exchange in its transport's own way and takes no further one.
    func stop() {
        eventLoop.preconditionInEventLoop()
        isStopping = true
        for connection in Array(connections.values) { connection.serverStopping() }
        for connection in Array(http2Connections.values) { connection.serverStopping() }
    }

    /// Ends what has not ended by itself.
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
