import CCurl
import CLinux
import Foundation
import Host
import Measurement
import Synchronization
import Transports
import WireAccounting

/// Drives all polling clients of one load process: one thread, one epoll set, no thread a client.
///
/// `@unchecked Sendable` holds because everything but `requests` is touched by the driver's thread only, from
/// ``start()`` to the answer to ``finish(through:)``; `requests` is guarded by its mutex.
final class CurlFleet: Fleet, @unchecked Sendable {
    var ledger = ByteLedger()
    var counts = ExchangeCounts()
    let recorder: DeliveryRecorder
    var receptions: ReceptionLog { recorder.receptions }

    private let plan: LoadPlan
    /// Scheme and authority of the server's URL.
    let base: String
    private var clients: [CurlClient] = []
    private var multis: [CurlMulti] = []
    private var kernel = KernelCount()
    private var unreadCounters: UInt64 = 0
    private var scheduleLag = LatencyHistogram()
    // When clients' next requests are due, and when libcurl wants to be called.
    private var dueTimes = DeadlineHeap()
    private var curlTimers = DeadlineHeap()
    // Handles whose timer libcurl has set to zero, those whose connection is open for others, and clients whose exchange
    // has ended.
    private var actionWanted: [CurlMulti] = []
    private var admissionWanted: [CurlMulti] = []
    private var ended: [CurlClient] = []
    private var isRunning = true
    // Set once no further request is to be begun.
    private var ending: Ending?
    private var connectedCount = 0
    private var connectedAt: MonotonicInstant?
    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private let wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    private lazy var lingering = LingeringSockets { [unowned self] in bookCounters(of: $0, closedOrderly: $1) }

    private enum Request {
        case hasReached(UInt64, CheckedContinuation<Bool, Never>)
        case highestReceived(CheckedContinuation<UInt64, Never>)
        case finish(UInt64, CheckedContinuation<LoadRecord, Never>)
    }

    private struct Ending {
        let last: UInt64
        let answer: CheckedContinuation<LoadRecord, Never>
        let deadline: MonotonicInstant
    }

    // Guards what other threads ask of the driver's thread.
    private let requests = Mutex<[Request]>([])

    private static let wakeTag = UInt64.max
    private static let lingeringTag = UInt64.max - 1
    private static let servedAtOnce = 8
    // A poll begun later than this after its time counts as late.
    private static let lateness = Duration.milliseconds(1)
    // After a failed exchange a client waits before it asks again.
    private static let retryDelay = Duration.milliseconds(100)
    // A poll that is answered at once is not cut off at the end, for the server would count bytes that nobody reads.
    private static let endPatience = Duration.seconds(1)
    private static let endPeriod = Duration.milliseconds(1)

    init(_ plan: LoadPlan, transport: any ClientTransport.Type) {
        self.plan = plan
        recorder = DeliveryRecorder(plan)
        base = "\(plan.tls == nil ? "http" : "https")://\(plan.authority)"
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        for (index, setup) in ListenerSetups(plan).enumerated() {
            guard case .exchanges(let listener) = transport.makeListener(setup) else {
                preconditionFailure("the curl driver is given transports made of HTTP exchanges")
            }
            let multi = multi(ofClient: index)
            clients.append(CurlClient(index: index, multi: multi, fleet: self, listener: listener, plan: plan))
        }
    }

    private func multi(ofClient client: Int) -> CurlMulti {
        let version = HTTPVersion(plan.options)
        if version == .twoShared, let first = multis.first { return first }
        let multi = CurlMulti(
            index: multis.count, fleet: self, tls: plan.tls.map { _ in CurlTLS() }, version: version,
            clients: plan.clients)
        multis.append(multi)
        return multi
    }

    deinit {
        // Not earlier: whoever asks the driver's thread wakes it.
        Descriptor.close(wake)
    }

    func start() {
        Thread.detachNewThread { self.run() }
    }

    func hasReached(_ last: UInt64) async -> Bool {
        await withCheckedContinuation { ask(.hasReached(last, $0)) }
    }

    func highestReceived() async -> UInt64 {
        await withCheckedContinuation { ask(.highestReceived($0)) }
    }

    func finish(through last: UInt64) async -> LoadRecord {
        await withCheckedContinuation { ask(.finish(last, $0)) }
    }

    private func ask(_ request: Request) {
        requests.withLock { $0.append(request) }
        eventfd_write(wake, 1)
    }

    // MARK: The driver's thread

    private func run() {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: Self.wakeTag))
        epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event)
        event.data.u64 = Self.lingeringTag
        epoll_ctl(epoll, EPOLL_CTL_ADD, lingering.descriptor, &event)
        let now = MonotonicClock.now()
        for client in clients { schedule(client, now) }
        var events = [epoll_event](repeating: epoll_event(), count: 1_024)
        while isRunning {
            let count = waitForEvents(&events)
            for position in 0..<count { take(events[position]) }
            runTimers()
            lingering.closeOverdue()
            performActions()
            admitWaiting()
            // What has arrived is read before anything else is done: an item's stamp must not wait for other clients'
            // next requests.
            if count == 0 { serveEnded() }
            endIfReady()
        }
    }

    private func waitForEvents(_ events: inout [epoll_event]) -> Int {
        let hasWork = !actionWanted.isEmpty || !ended.isEmpty || !admissionWanted.isEmpty
        let next = nextDeadline
        guard hasWork || next != nil || ending != nil else {
            return Int(max(0, epoll_pwait2(epoll, &events, Int32(events.count), nil, nil)))
        }
        let deadline = ending == nil ? next : MonotonicClock.now() + Self.endPeriod
        let wait = hasWork ? 0 : max(0, deadline.map { ($0 - MonotonicClock.now()).nanoseconds } ?? 0)
        var time = timespec(tv_sec: Int(wait / 1_000_000_000), tv_nsec: Int(wait % 1_000_000_000))
        return Int(max(0, epoll_pwait2(epoll, &events, Int32(events.count), &time, nil)))
    }

    private var nextDeadline: MonotonicInstant? {
        [dueTimes.first?.deadline, curlTimers.first?.deadline, lingering.nextLook].compactMap { $0 }.min()
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
        if dueTimes.first == nil, curlTimers.first == nil { return }
        let now = MonotonicClock.now()
        // An entry that a later plan has replaced is left alone.
        while let entry = dueTimes.removeFirst(dueAt: now) {
            let client = clients[entry.index]
            if !client.isTransferring, client.due == entry.deadline, ending == nil { begin(client) }
        }
        while let entry = curlTimers.removeFirst(dueAt: now) {
            let multi = multis[entry.index]
            guard multi.curlDeadline == entry.deadline else { continue }
            multi.curlDeadline = nil
            actionWanted.append(multi)
        }
    }

    // libcurl sets a timer of zero to begin a request; a request may set the next.
    private func performActions() {
        var position = 0
        while position < actionWanted.count {
            let multi = actionWanted[position]
            position += 1
            if multi.isTransferring { multi.act(on: CurlMulti.timeout, 0) }
        }
        actionWanted.removeAll(keepingCapacity: true)
    }

    // Not within libcurl's call that told of the connection: it cannot be called from there.
    private func admitWaiting() {
        if admissionWanted.isEmpty { return }
        let admitted = admissionWanted.flatMap { $0.takeWaiting() }
        admissionWanted.removeAll(keepingCapacity: true)
        if ending == nil { for client in admitted { begin(client) } }
    }

    /// - Returns: Whether an exchange has ended, well or badly.
    private func endIfDone(_ client: CurlClient) -> Bool {
        guard client.isTransferring, let result = client.result else { return false }
        let status = client.responseStatus
        if let fault = client.versionFault { recorder.fail(fault) }
        client.endTransfer()
        if client.multi.isLeaving {
            count(client)
        } else if result == CURLE_OK {
            client.due = MonotonicInstant(nanoseconds: 0)
            note(client, status: status)
        } else {
            // A response that broke off after hours was one all the same.
            if client.listener.isStreaming, status != 0 { count(client) }
            recorder.fail("a request failed: \(String(cString: curl_easy_strerror(result)))")
            client.due = MonotonicClock.now() + Self.retryDelay
        }
        return true
    }

    private func count(_ client: CurlClient) {
        counts.requests += 1
        if client.itemsInResponse == 0 { counts.emptyResponses += 1 } else { counts.fullResponses += 1 }
    }

    private func note(_ client: CurlClient, status: Int) {
        count(client)
        var failed = false
        client.listener.exchangeEnded(status: status) { event in
            if case .fault = event { failed = true }
            recorder.take(event, client: client.index, at: MonotonicClock.now())
        }
        if failed { client.due = MonotonicClock.now() + Self.retryDelay }
    }

    // A few at a time, so that what arrives meanwhile is read soon.
    private func serveEnded() {
        for client in ended.prefix(Self.servedAtOnce) where endIfDone(client) && ending == nil {
            schedule(client, MonotonicClock.now())
        }
        ended.removeFirst(min(Self.servedAtOnce, ended.count))
        performActions()
    }

    private func schedule(_ client: CurlClient, _ now: MonotonicInstant) {
        let retry = client.due
        let planned = client.listener.nextRequestDue(at: now)
        client.due = max(planned, retry)
        if client.due <= now { begin(client) } else { dueTimes.insert(client.index, at: client.due) }
    }

    private func begin(_ client: CurlClient) {
        guard client.multi.admits(client) else { return }
        if client.listener.followsSchedule {
            if plan.faults.pollDelay > .zero { usleep(UInt32(plan.faults.pollDelay.nanoseconds / 1_000)) }
            let lag = MonotonicClock.now() - client.due
            if client.due >= plan.windowStart, client.due < plan.windowEnd { scheduleLag.record(lag) }
            if lag > Self.lateness { counts.latePolls += 1 }
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

    /// A client's first request is on its way.
    func clientConnected() {
        connectedCount += 1
        if connectedCount == clients.count { connectedAt = MonotonicClock.now() }
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

    /// Takes over the socket of a TLS connection that its client is done with, see ``LingeringSockets``.
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

    // MARK: Answers to other threads

    private func answerRequests() {
        var drained: UInt64 = 0
        eventfd_read(wake, &drained)
        let asked = requests.withLock { requests in
            defer { requests.removeAll() }
            return requests
        }
        for request in asked {
            switch request {
            case .hasReached(let last, let answer): answer.resume(returning: recorder.hasReached(last))
            case .highestReceived(let answer): answer.resume(returning: recorder.highestReceived())
            case .finish(let last, let answer):
                ending = Ending(last: last, answer: answer, deadline: MonotonicClock.now() + Self.endPatience)
                for client in clients { client.leave() }
            }
        }
    }

    // Held polls are not waited for: the server sees their clients' end and does not answer. Those not sent yet are, for
    // the server counts a connection by its first request. Streams are: what the server had sent by then is still to be
    // read.
    private func endIfReady() {
        guard let ending else { return }
        let isAwaited = clients.contains {
            $0.isTransferring && ($0.listener.followsSchedule || $0.multi.isLeaving || $0.isOpening)
        }
        if isAwaited, MonotonicClock.now() < ending.deadline { return }
        ending.answer.resume(returning: end(through: ending.last))
    }

    private func end(through last: UInt64) -> LoadRecord {
        isRunning = false
        for client in ended { _ = endIfDone(client) }
        for client in clients {
            counts.latePolls += client.listener.skippedTicks
            client.close()
        }
        for multi in multis { multi.close() }
        lingering.awaitEnds()
        Descriptor.close(epoll)
        bookWay()
        var record = LoadRecord()
        recorder.report(through: last, into: &record)
        record.ledger = ledger
        record.lacksHTTP2Bytes = HTTPVersion(plan.options).isHTTP2
        record.kernel = kernel
        record.unreadCounters = unreadCounters
        record.exchanges = counts
        record.scheduleLag = scheduleLag
        // Clients with a schedule connect when it says, which is part of the experiment.
        if clients.first?.listener.followsSchedule == false { record.connectedAt = connectedAt ?? MonotonicClock.now() }
        return record
    }

    // What lies between the exchanges and TCP; a proxy is talked to outside of TLS.
    private func bookWay() {
        let all = multis.compactMap(\.tls)
        if !all.isEmpty {
            book(all.map(\.up), .up)
            book(all.map(\.down), .down)
            ledger.bookTLS(lingering.bytes, setup: lingering.setupBytes, .down)
            counts.resumed = all.reduce(0) { $0 + $1.resumedConnections }
        }
        for tunnel in clients.compactMap(\.tunnel) {
            ledger.book(tunnel.bytesUp, .handshake, .up)
            ledger.book(tunnel.bytesDown, .handshake, .down)
        }
    }

    // TLS' share is what its records had beyond what they carried. Of HTTP/1.1 that is booked by now; of HTTP/2 it is not
    // known here, so the records are counted.
    private func book(_ records: [CurlTLS.Records], _ direction: Direction) {
        let setup = records.reduce(0) { $0 + $1.setupBytes }
        let added =
            HTTPVersion(plan.options).isHTTP2
            ? records.reduce(setup) { $0 + $1.applicationRecords * CurlTLS.overheadOfRecord }
            : records.reduce(-Int(ledger.tcpPayloadBytes(direction))) { $0 + $1.bytes }
        ledger.bookTLS(added, setup: setup, direction)
    }
}
