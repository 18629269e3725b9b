import CCurl
import CLinux
import Foundation
import Host
import Measurement
import Synchronization
import Transports
import WireAccounting

/// Drives all HTTP clients of one load process, with one thread and one epoll set for all of them.
///
/// `@unchecked Sendable` is safe because only the driver's thread accesses the state, from ``start()`` until
/// ``finish(through:by:)`` returns; a mutex guards `requests`.
final class CurlFleet: Fleet, @unchecked Sendable {
    var ledger = ByteLedger()
    var counts = ExchangeCounts()
    let recorder: DeliveryRecorder
    var receptions: ReceptionLog { recorder.receptions }

    let plan: LoadPlan
    /// Scheme and authority of the server's URL.
    let base: String
    var clients: [CurlClient] = []
    var multis: [CurlMulti] = []
    var kernel = KernelCount()
    var unreadCounters: UInt64 = 0
    var scheduleLag = LatencyHistogram()
    // Due times of the clients' next requests.
    private var dueTimes = DeadlineHeap()
    // libcurl's timers.
    private var curlTimers = DeadlineHeap()
    // Handles whose timer libcurl has set to zero.
    private var actionWanted: [CurlMulti] = []
    // Handles whose waiting clients may start.
    private var admissionWanted: [CurlMulti] = []
    // Clients whose exchange has ended.
    var ended: [CurlClient] = []
    var isRunning = true
    // Once it is set, no further request is started.
    var ending: Ending?
    var rules: AnswerRules
    var heartbeat: Heartbeat
    private var connectedCount = 0
    private var lifetimes: ClientLifetimes?
    // When clients with a streaming response leave.
    private var leaveTimes = DeadlineHeap()
    var connectedAt: MonotonicInstant?
    let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    let wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    lazy var lingering = LingeringSockets(patience: .seconds(1) + plan.times.networkAllowance) { [unowned self] in
        bookCounters(of: $0, closedOrderly: $1)
    }

    // Requests of other threads to the driver's thread.
    let requests = Mutex<[Request]>([])

    private static let wakeTag = UInt64.max
    private static let lingeringTag = UInt64.max - 1
    private static let servedAtOnce = 8
    // A request started later than this after its due time counts as late.
    private static let lateness = Duration.milliseconds(1)
    // Pause of a client after a failed exchange.
    private static let retryDelay = Duration.milliseconds(100)
    private static let endPeriod = Duration.milliseconds(1)

    init(_ plan: LoadPlan, _ makeListener: (ListenerSetup) -> any ExchangeListener) {
        self.plan = plan
        recorder = DeliveryRecorder(plan)
        rules = AnswerRules(allowance: plan.times.networkAllowance)
        heartbeat = Heartbeat(
            windowStart: plan.times.windowStart, windowEnd: plan.times.windowEnd, from: plan.times.start)
        base = "\(plan.target.tls == nil ? "http" : "https")://\(plan.target.authority)"
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        lifetimes = ClientLifetimes(plan)
        for (index, setup) in ListenerSetups(plan).enumerated() {
            let (listener, multi) = (makeListener(setup), multi(ofClient: index))
            clients.append(CurlClient(index: index, multi: multi, fleet: self, listener: listener, plan: plan))
        }
    }

    private func multi(ofClient client: Int) -> CurlMulti {
        let version = plan.httpVersion
        if version == .twoShared, let first = multis.first { return first }
        let multi = CurlMulti(
            index: multis.count, fleet: self, tls: plan.target.tls.map { _ in CurlTLS() }, version: version,
            clients: plan.clients)
        multis.append(multi)
        return multi
    }

    deinit {
        // Not earlier: other threads write to it to wake the driver's thread.
        Descriptor.close(wake)
    }

    func start() {
        Thread.detachNewThread { self.run() }
    }

    // MARK: The driver's thread

    private func run() {
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
            heartbeat.beat(at: MonotonicClock.now())
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
        let wait = hasWork ? 0 : max(0, min(next, longest).nanoseconds)
        var time = timespec(tv_sec: Int(wait / 1_000_000_000), tv_nsec: Int(wait % 1_000_000_000))
        return Int(max(0, epoll_pwait2(epoll, &events, Int32(events.count), &time, nil)))
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
        multis[Int(tag >> 32)].eventCame(on: Int32(truncatingIfNeeded: tag & 0xffff_ffff), what)
    }

    private func runTimers() {
        if dueTimes.first == nil, curlTimers.first == nil, leaveTimes.first == nil { return }
        let now = MonotonicClock.now()
        // Ignores entries that were replaced by a newer due time.
        while let entry = dueTimes.removeFirst(dueAt: now) {
            let client = clients[entry.index]
            if !client.isTransferring, client.due == entry.deadline, ending == nil { begin(client) }
        }
        while let entry = leaveTimes.removeFirst(dueAt: now) {
            let client = clients[entry.index]
            if client.leavesAt == entry.deadline, client.listener.isStreaming, ending == nil { leave(client, now) }
        }
        while let entry = curlTimers.removeFirst(dueAt: now) {
            let multi = multis[entry.index]
            guard multi.curlDeadline == entry.deadline else { continue }
            multi.curlDeadline = nil
            actionWanted.append(multi)
        }
    }

    // libcurl sets a timer of zero to start a request, which may add further entries.
    private func performActions() {
        var position = 0
        while position < actionWanted.count {
            let multi = actionWanted[position]
            position += 1
            if multi.isTransferring { multi.act(on: CurlMulti.timeout, 0) }
        }
        actionWanted.removeAll(keepingCapacity: true)
    }

    // Not within the callback that reported the connection: libcurl cannot be called from its callbacks.
    private func admitWaiting() {
        if admissionWanted.isEmpty { return }
        let admitted = admissionWanted.flatMap { $0.takeWaiting() }.map { clients[$0] }
        admissionWanted.removeAll(keepingCapacity: true)
        if ending == nil { for client in admitted { begin(client) } }
    }

    /// - Returns: Whether an exchange has ended, successfully or not.
    func endIfDone(_ client: CurlClient) -> Bool {
        guard client.isTransferring, let result = client.result else { return false }
        // Nothing was sent, so nothing has failed and the poll is still due.
        if client.wasStranded {
            client.endTransfer()
            if ending == nil { begin(client) }
            return false
        }
        let status = client.responseStatus
        if let fault = client.versionFault { recorder.fail(fault) }
        client.endTransfer()
        // A client waits for an answer before it polls again. The travel through a simulated network is no lateness.
        if plan.target.goesThroughLink { client.answeredAt = MonotonicClock.now() }
        if client.isLeaving, client.listener.isStreaming {
            count(client)
            left(client)
        } else if client.multi.isHalfClosed, client.listener.isStreaming {
            count(client)
        } else if result == CURLE_OK {
            client.due = MonotonicInstant(nanoseconds: 0)
            note(client, status: status)
            if client.isLeaving { left(client) }
        } else if !client.multi.isHalfClosed {
            // A streaming response that failed still counts as a response.
            if client.listener.isStreaming, status != 0 { count(client) }
            let now = MonotonicClock.now()
            // If the listener aborted the response, it has already reported why.
            if !client.listener.wantsNoMore {
                let reason = NetworkErrorText.text(result, encrypts: plan.target.tls != nil)
                recorder.ended(.broken, "a request failed: \(reason)", client: client.index, at: now)
            }
            client.due = now + pauseAfterFailure(client)
        }
        return true
    }

    private func count(_ client: CurlClient) {
        counts.requests += 1
        if client.itemsInResponse == 0 { counts.emptyResponses += 1 } else { counts.fullResponses += 1 }
    }

    private func note(_ client: CurlClient, status: Int) {
        count(client)
        var failed = isAnsweredEarly(client, status)
        client.listener.exchangeEnded(status: status) { event in
            if case .fault = event { failed = true }
            recorder.take(event, client: client.index, at: MonotonicClock.now())
        }
        if failed {
            client.due = MonotonicClock.now() + pauseAfterFailure(client)
        } else {
            client.reconnect?.succeeded()
        }
    }

    // Such an answer counts as failed, so that the client pauses. Otherwise it would poll thousands of times a second.
    private func isAnsweredEarly(_ client: CurlClient, _ status: Int) -> Bool {
        guard client.itemsInResponse == 0, status == 200 || status == 204,
            AnswerRules.isEarly(MonotonicClock.now() - client.began, hold: client.listener.hold)
        else { return false }
        client.earlyAnswers += 1
        guard client.earlyAnswers > AnswerRules.allowedEarlyAnswers else { return false }
        rules.answeredEarly()
        return true
    }

    // Serves a few clients per call, so that new arrivals are read soon.
    private func serveEnded() {
        for client in ended.prefix(Self.servedAtOnce) where endIfDone(client) && ending == nil {
            schedule(client, MonotonicClock.now())
        }
        ended.removeFirst(min(Self.servedAtOnce, ended.count))
        performActions()
    }

    // A streaming client waits by itself.
    private func pauseAfterFailure(_ client: CurlClient) -> Duration {
        if client.listener.isStreaming, client.reconnect != nil { return .zero }
        return client.reconnect?.next() ?? Self.retryDelay
    }

    // MARK: Leaving

    private func stay(_ client: CurlClient, until end: MonotonicInstant?) {
        client.leavesAt = end
        if let end, client.listener.isStreaming { leaveTimes.insert(client.index, at: end) }
    }

    /// Ends a streaming response. A client that is not receiving one leaves later.
    private func leave(_ client: CurlClient, _ now: MonotonicInstant) {
        guard client.isTransferring, client.responseStatus == 200 else {
            return stay(client, until: lifetimes?.nextEnd(of: client.index, after: now))
        }
        client.isLeaving = true
        recorder.left(client: client.index, at: now)
        client.endResponse()
    }

    /// The client's connection has ended because it leaves. That of a polling client ends with the end of an exchange.
    private func left(_ client: CurlClient) {
        let now = MonotonicClock.now()
        if !client.listener.isStreaming { recorder.left(client: client.index, at: now) }
        client.isAway = true
        client.due = now + (lifetimes?.away ?? .zero)
        client.listener.cameBack()
    }

    private func begins(_ client: CurlClient) {
        let now = MonotonicClock.now()
        if client.isAway {
            client.isAway = false
            client.isLeaving = false
            recorder.cameBack(client: client.index, at: now)
            stay(client, until: lifetimes?.nextEnd(of: client.index, after: now))
        }
        // The last exchange of a polling client closes its connection.
        if !client.listener.isStreaming, let end = client.leavesAt, end <= now { client.isLeaving = true }
        if lifetimes != nil { client.closesConnection(client.isLeaving) }
    }

    private func schedule(_ client: CurlClient, _ now: MonotonicInstant) {
        let retry = client.listener.isStreaming ? client.due : max(client.due, client.slowEnd ?? client.due)
        let planned = client.listener.nextRequestDue(at: now)
        client.due = max(planned, retry)
        if client.due <= now { begin(client) } else { dueTimes.insert(client.index, at: client.due) }
    }

    private func begin(_ client: CurlClient) {
        guard client.multi.admits(client) else { return }
        begins(client)
        // A request that is sent again was counted when it was due.
        if client.listener.followsSchedule, !client.wasStranded {
            if plan.faults.pollDelay > .zero { usleep(UInt32(plan.faults.pollDelay.nanoseconds / 1_000)) }
            let lag = MonotonicClock.now() - max(client.due, client.answeredAt)
            if client.due >= plan.times.windowStart, client.due < plan.times.windowEnd { scheduleLag.record(lag) }
            if lag > Self.lateness { counts.lateSends += 1 }
        }
        client.beginRequest(to: base)
    }

    // MARK: Called by clients and their handles

    func register(_ socket: Int32, _ events: UInt32, multi: Int, isNew: Bool) {
        let tag = UInt64(multi) << 32 | UInt64(UInt32(bitPattern: socket))
        var event = epoll_event(events: events, data: epoll_data_t(u64: tag))
        if isNew, epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0 { return }
        epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event)
    }

    func unregister(_ socket: Int32) {
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event)
    }

    /// A client's first request was sent.
    func clientConnected() {
        connectedCount += 1
        if connectedCount == clients.count { connectedAt = MonotonicClock.now() }
    }

    /// This client's request has opened a connection.
    func connected(_ client: Int) {
        clients[client].connected()
    }

    func exchangeEnded(_ client: CurlClient) {
        ended.append(client)
    }

    func wantsAction(_ multi: CurlMulti) {
        actionWanted.append(multi)
    }

    func wantsAdmission(_ multi: CurlMulti) {
        admissionWanted.append(multi)
    }

    func wantsTimer(_ multi: CurlMulti, at deadline: MonotonicInstant) {
        curlTimers.insert(multi.index, at: deadline)
    }

    /// Takes over the socket of a TLS connection that its client no longer needs; see ``LingeringSockets``.
    func linger(_ socket: Int32, endedOrderly: Bool) {
        unregister(socket)
        lingering.take(socket, endedOrderly: endedOrderly)
    }

    func bookCounters(of socket: Int32, closedOrderly: Bool) {
        if let count = SocketCounters.read(socket, closedOrderly: closedOrderly) {
            kernel.merge(count)
        } else {
            unreadCounters += 1
        }
    }
}
