import CLinux
import Foundation
import Host
import Link
import Measurement
import Synchronization

/// The thread of a relay, with one epoll set and one heap of deadlines for all connections.
///
/// `@unchecked Sendable` is safe because only the loop's thread accesses the state, from ``start()`` on; a mutex guards
/// what other threads request.
final class RelayLoop: @unchecked Sendable {
    /// From another thread.
    enum Request: Sendable {
        case report(CheckedContinuation<LinkRelayReport, Never>)
        case countStalls(MonotonicInstant)
        case use(LinkSettings)
        case stop(CheckedContinuation<LinkRelayReport, Never>?)
    }

    /// Descriptors held back, so that the process can still list its threads and open files.
    static let reservedDescriptors = 8
    private static let wakeTag = UInt64.max
    static let listeningTag = UInt64.max - 1

    private(set) var plan: RelayPlan
    var report = LinkRelayReport()
    /// When the stalls begin to count.
    private(set) var stallOrigin: MonotonicInstant
    /// One read of a socket.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

    let listening: Int32
    let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    let reserve = DescriptorReserve(count: RelayLoop.reservedDescriptors)
    var slots: [RelayedConnection?] = []
    var freeSlots: [Int] = []
    var openCount = 0
    var accepted: UInt64 = 0
    private var deadlines = DeadlineTable()
    // Connections that something happened to.
    private var changed: [RelayedConnection] = []
    private var changedBefore: [RelayedConnection] = []
    var isListening = true
    var acceptsAgainAt: MonotonicInstant?

    private struct Shared {
        var requests: [Request] = []
        /// The last report, once the thread has ended.
        var final: LinkRelayReport?
    }
    private let shared = Mutex(Shared())

    init(_ plan: RelayPlan, listening: Int32) {
        self.plan = plan
        self.listening = listening
        stallOrigin = MonotonicClock.now()
    }

    deinit {
        // Not earlier: other threads write to it to wake the loop's thread.
        Descriptor.close(wake)
        readBuffer.deallocate()
    }

    // MARK: Other threads

    func start() {
        Thread.detachNewThread { self.run() }
    }

    func request(_ request: Request) {
        let final = shared.withLock { shared -> LinkRelayReport? in
            if shared.final == nil { shared.requests.append(request) }
            return shared.final
        }
        guard let final else {
            eventfd_write(wake, 1)
            return
        }
        switch request {
        case .report(let waiting): waiting.resume(returning: final)
        case .stop(let waiting): waiting?.resume(returning: final)
        case .countStalls, .use: break
        }
    }

    // MARK: The loop's thread

    private func run() {
        // The default, 50 µs, would delay every release that a timer wakes the thread for.
        _ = pushlab_set_timer_slack(1)
        register(listening, EPOLLIN.rawValue, tag: Self.listeningTag)
        register(wake, EPOLLIN.rawValue, tag: Self.wakeTag)
        var events = [epoll_event](repeating: epoll_event(), count: 1_024)
        var stops: [CheckedContinuation<LinkRelayReport, Never>?] = []
        while stops.isEmpty {
            let count = waitForEvents(&events)
            for position in 0..<count { take(events[position], &stops) }
            takeDeadlines()
            // Those that have more to do add themselves for the next round.
            swap(&changed, &changedBefore)
            for connection in changedBefore { connection.act() }
            changedBefore.removeAll(keepingCapacity: true)
        }
        end(stops)
    }

    private func waitForEvents(_ events: inout [epoll_event]) -> Int {
        let next = [deadlines.first, acceptsAgainAt].lazy.compactMap(\.self).min()
        let limit = changed.isEmpty ? next.map { ($0 - MonotonicClock.now()).nanoseconds } : 0
        return events.withUnsafeMutableBufferPointer { Descriptor.wait(for: $0, of: epoll, atMost: limit) }
    }

    private func take(_ event: epoll_event, _ stops: inout [CheckedContinuation<LinkRelayReport, Never>?]) {
        // The structure is packed; its fields are read by value.
        let (tag, events) = (event.data.u64, event.events)
        if tag == Self.listeningTag { return accept() }
        if tag == Self.wakeTag { return takeRequests(&stops) }
        let place = RelayTag(tag)
        // A connection that has ended in this round may still have events.
        guard let connection = slots[place.slot], RelayTag(connection, place.side).value == tag else { return }
        connection.eventCame(events, on: place.side)
    }

    private func takeRequests(_ stops: inout [CheckedContinuation<LinkRelayReport, Never>?]) {
        var count: UInt64 = 0
        eventfd_read(wake, &count)
        let requests = shared.withLock { shared in
            defer { shared.requests.removeAll() }
            return shared.requests
        }
        for request in requests {
            switch request {
            case .report(let waiting): waiting.resume(returning: report)
            case .stop(let waiting): stops.append(waiting)
            case .countStalls(let origin):
                stallOrigin = origin
                for connection in slots { connection?.countStalls(from: origin) }
            case .use(let settings): plan.settings = settings
            }
        }
    }

    private func takeDeadlines() {
        if deadlines.first == nil, acceptsAgainAt == nil { return }
        let now = MonotonicClock.now()
        while let slot = deadlines.removeFirst(dueAt: now) { slots[slot]?.takeTurn() }
        guard let again = acceptsAgainAt, again <= now else { return }
        acceptsAgainAt = nil
        reserve.refill()
        listen(openCount < plan.maximumConnections)
    }

    private func end(_ stops: [CheckedContinuation<LinkRelayReport, Never>?]) {
        for connection in slots { connection?.stop() }
        Descriptor.close(listening)
        Descriptor.close(epoll)
        reserve.release()
        let (report, others) = (
            self.report,
            shared.withLock { shared in
                shared.final = self.report
                defer { shared.requests.removeAll() }
                return shared.requests
            }
        )
        for waiting in stops { waiting?.resume(returning: report) }
        for request in others {
            switch request {
            case .report(let waiting): waiting.resume(returning: report)
            case .stop(let waiting): waiting?.resume(returning: report)
            case .countStalls, .use: break
            }
        }
    }

    // MARK: Called by connections

    func register(_ socket: Int32, _ events: UInt32, tag: UInt64) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: tag))
        epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)
    }

    /// Calls `act()` of the connection in the next round.
    func wantsTurn(_ connection: RelayedConnection) {
        changed.append(connection)
    }

    /// Sets when the connection in this slot gets its next turn without an event.
    func setDeadline(_ slot: Int, to deadline: MonotonicInstant?) {
        deadlines.set(slot, to: deadline)
    }

    func ended(_ connection: RelayedConnection) {
        deadlines.set(connection.slot, to: nil)
        slots[connection.slot] = nil
        freeSlots.append(connection.slot)
        openCount -= 1
        if acceptsAgainAt == nil, openCount < plan.maximumConnections { listen(true) }
    }
}
