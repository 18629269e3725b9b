import Feed
import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// One event loop's share of the server: its copy of the window and its connections.
///
/// `@unchecked Sendable` holds because all state is touched on ``eventLoop`` only; every entry from outside checks it.
final class FeedLoop: @unchecked Sendable {
    /// What one loop has counted; `/stats` adds them up.
    struct Counters: Sendable {
        var connections = 0
        var connectionsTotal: UInt64 = 0
        var requests: UInt64 = 0
        var refusedRequests: UInt64 = 0
        var refusedConnections: UInt64 = 0
        var deliveries: UInt64 = 0
        var slowDisconnects: UInt64 = 0
        var skippedItems: UInt64 = 0
        var refusedItems: UInt64 = 0
        var deadPeers: UInt64 = 0
        /// The kernel's count of the closed connections that carried the feed.
        var feedKernel = KernelCount()
        /// What the frames of those among them that spoke HTTP/2 were.
        var feedHTTP2 = HTTP2Tally()
        /// Such connections that were gone before their counters could be read.
        var unreadKernelCounters: UInt64 = 0

        /// Adds the last count of a connection that carried the feed and is closed; `nil` if it was never read.
        mutating func book(_ count: KernelCount?) {
            if let count { feedKernel.merge(count) } else { unreadKernelCounters += 1 }
        }

        /// Adds what one subscriber was sent and has lost.
        mutating func add(_ actions: SubscriberActions) {
            if case .message(.items)? = actions.first { deliveries += 1 }
            if case .message(.items)? = actions.second { deliveries += 1 }
            if actions.deliversOwnItems { deliveries += 1 }
            skippedItems += actions.skipped
            if actions.fellBehind { slowDisconnects += 1 }
            if case .abandonPeer = actions.then { deadPeers += 1 }
        }
    }

    let eventLoop: any EventLoop
    let configuration: FeedServerConfiguration
    let occupancy: Occupancy
    private(set) var window: FeedWindow
    private(set) var date = ""
    private(set) var isStopping = false
    var counters = Counters()

    // Connections whose exchange waits for items. Each knows its place, so leaving costs no search.
    private var waiting: ContiguousArray<ConnectionHandler> = []
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var http2Connections: [ObjectIdentifier: HTTP2Connection] = [:]
    private var encoded = EncodedMessages()
    private var turnBudget = TurnBudget()
    // Connections that have work left, in the order in which they get their turn.
    private var awaitingTurn: [ConnectionHandler] = []
    private var hasScheduledTurn = false
    // Lower bound of the instants that waiting exchanges asked to be woken at.
    private var earliestWake = MonotonicInstant(nanoseconds: .max)

    private static let endOfFeedDelay = TimeAmount.seconds(1)
    // A hold ends at most this much late.
    private static let clockPeriod = TimeAmount.milliseconds(20)

    init(eventLoop: any EventLoop, configuration: FeedServerConfiguration, occupancy: Occupancy) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.occupancy = occupancy
        window = FeedWindow(capacity: configuration.historyItems, byteLimit: configuration.historyBytes)
    }

    func start() {
        eventLoop.preconditionInEventLoop()
        refreshDate()
        eventLoop.scheduleRepeatedTask(initialDelay: Self.clockPeriod, delay: Self.clockPeriod) { _ in
            self.wakeWaiting()
        }
        eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            self.refreshDate()
            self.endOverdue()
        }
    }

    /// Takes new items and hands them to everyone who waits.
    func publish(_ items: [FeedItem]) {
        eventLoop.preconditionInEventLoop()
        for item in items { window.append(item) }
        encoded.clear()
        tellWaiting()
    }

    /// No further item comes, and the feed ends at this instant: so do, a little later, the responses that would wait for
    /// more of it. A client that takes the end of the feed from the items themselves has left by then.
    func feedEnded(at end: MonotonicInstant) {
        eventLoop.preconditionInEventLoop()
        let rest = max(.zero, end - MonotonicClock.now())
        eventLoop.scheduleTask(in: .nanoseconds(rest.nanoseconds) + Self.endOfFeedDelay) {
            self.window.complete()
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

    /// The bytes of a message. With fields of its own a client's answer is encoded for it alone.
    func bytes(
        of message: FeedMessage, by transport: any PushTransport.Type, variant: UInt8, closing: Bool,
        fields: [ResponseField] = []
    ) -> ByteBuffer {
        let context = EncodingContext(variant: variant, date: date, closing: closing, fields: fields)
        if !fields.isEmpty { return transport.encode(message, from: window, context: context) }
        return encoded.bytes(of: message, by: transport, window: window, context: context)
    }

    // MARK: Connections

    func connectionOpened(_ connection: ConnectionHandler) {
        connections[ObjectIdentifier(connection)] = connection
        if connection.isStream { return }
        counters.connections += 1
        counters.connectionsTotal += 1
    }

    func connectionClosed(_ connection: ConnectionHandler) {
        stopWaiting(connection)
        connections[ObjectIdentifier(connection)] = nil
        if !connection.isStream { counters.connections -= 1 }
    }

    /// Takes the place of the connection that began with the preface.
    func http2ConnectionOpened(_ connection: HTTP2Connection) {
        http2Connections[ObjectIdentifier(connection)] = connection
        counters.connections += 1
    }

    func http2ConnectionClosed(_ connection: HTTP2Connection) {
        http2Connections[ObjectIdentifier(connection)] = nil
        counters.connections -= 1
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

    private func refreshDate() {
        date = HTTPDate.text(unixSeconds: WallClock.unixSeconds())
        encoded.clear()
    }

    private func endOverdue() {
        let now = MonotonicClock.now()
        for connection in Array(connections.values) { connection.endIfOverdue(now) }
        for connection in Array(http2Connections.values) { connection.endIfOverdue(now) }
    }
}
