import CCurl
import CLinux
import ConnectionEnds
import Glibc
import Host
import Measurement
import Transports

/// The driver's thread: waits for sockets and timers, and serves what is due.
extension CurlFleet {
    private static let wakeTag = UInt64.max
    private static let lingeringTag = UInt64.max - 1
    private static let endPeriod = Duration.milliseconds(1)

    /// Runs until all transfers have ended.
    func run() {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: Self.wakeTag))
        epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event)
        event.data.u64 = Self.lingeringTag
        epoll_ctl(epoll, EPOLL_CTL_ADD, lingering.descriptor, &event)
        let now = MonotonicClock.now()
        for client in clients {
            stay(client, until: lifetimes?.firstEnd(of: client.index))
            schedule(client, now)
        }
        var events = [epoll_event](repeating: epoll_event(), count: 1_024)
        while isRunning {
            let count = waitForEvents(&events)
            clocks = .now()
            heartbeat.beat(at: clocks.read)
            for position in 0..<count { take(events[position]) }
            runTimers()
            lingering.closeOverdue()
            performActions()
            admitWaiting()
            // Ended exchanges are served only when no socket is readable: an item's timestamp must not wait for other
            // clients' next requests.
            if count == 0 { serveEnded() }
            endIfReady()
        }
    }

    private func waitForEvents(_ events: inout [epoll_event]) -> Int {
        let hasWork = !actionWanted.isEmpty || !ended.isEmpty || !admissionWanted.isEmpty
        let longest = ending == nil ? Heartbeat.period : Self.endPeriod
        let next = nextDeadline.map { $0 - MonotonicClock.now() } ?? longest
        let limit = hasWork ? 0 : min(next, longest).nanoseconds
        return events.withUnsafeMutableBufferPointer { Descriptor.wait(for: $0, of: epoll, atMost: limit) }
    }

    private var nextDeadline: MonotonicInstant? {
        let requests = Self.earlier(dueTimes.first?.deadline, leaveTimes.first?.deadline)
        return Self.earlier(Self.earlier(requests, curlTimers.first?.deadline), lingering.nextLook)
    }

    private static func earlier(_ one: MonotonicInstant?, _ other: MonotonicInstant?) -> MonotonicInstant? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    private func take(_ event: epoll_event) {
        // The structure is packed; its fields are read by value.
        let tag = event.data.u64
        if tag == Self.wakeTag { return answerRequests() }
        if tag == Self.lingeringTag { return lingering.act() }
        let events = event.events
        var what: Int32 = 0
        if events & EPOLLIN.rawValue != 0 { what |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { what |= CURL_CSELECT_OUT }
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { what |= CURL_CSELECT_ERR }
        connections[Int(tag >> 32)].eventCame(on: Int32(truncatingIfNeeded: tag & 0xffff_ffff), what)
    }

    private func runTimers() {
        if dueTimes.first == nil, curlTimers.first == nil, leaveTimes.first == nil { return }
        let now = MonotonicClock.now()
        // Ignores entries that were replaced by a newer due time.
        while let entry = dueTimes.removeFirst(dueAt: now) {
            let client = clients[entry.index]
            if !client.isTransferring, client.due == entry.deadline, ending == nil {
                begin(client, at: MonotonicClock.now())
            }
        }
        while let entry = leaveTimes.removeFirst(dueAt: now) {
            let client = clients[entry.index]
            if client.leavesAt == entry.deadline, client.isStreaming, ending == nil { leave(client, now) }
        }
        while let entry = curlTimers.removeFirst(dueAt: now) {
            let multi = multis[entry.index]
            guard multi.curlDeadline == entry.deadline else { continue }
            multi.curlDeadline = nil
            wantsAction(multi)
        }
    }

    /// libcurl sets a timer of zero to start a request, which may add further entries.
    func performActions() {
        var position = 0
        while position < actionWanted.count {
            let multi = actionWanted[position]
            position += 1
            multi.isActionWanted = false
            if multi.isTransferring { multi.actOnTimer() }
        }
        actionWanted.removeAll(keepingCapacity: true)
    }

    // Not within the callback that reported the connection: libcurl cannot be called from its callbacks.
    private func admitWaiting() {
        if admissionWanted.isEmpty { return }
        let admitted = admissionWanted.flatMap { $0.takeWaiting() }.map { clients[$0] }
        admissionWanted.removeAll(keepingCapacity: true)
        if ending == nil { for client in admitted { begin(client, at: MonotonicClock.now()) } }
    }
}
