import CCurl
import CLinux
import ConnectionEnds
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
    let route: CurlRoute
    var clients: [CurlClient] = []
    var connections: [CurlConnection] = []
    var multis: [CurlMulti] = []
    /// By descriptor: the connection that it was opened for.
    var owners: ContiguousArray<Unmanaged<CurlConnection>?> = []
    var kernel = KernelCount()
    var unreadCounters: UInt64 = 0
    var scheduleLag = LatencyHistogram()
    /// Due times of the clients' next requests.
    var dueTimes = DeadlineHeap()
    /// libcurl's timers.
    var curlTimers = DeadlineHeap()
    /// Handles whose timer libcurl has set to zero.
    var actionWanted: [CurlMulti] = []
    /// Connections whose waiting clients may start.
    var admissionWanted: [CurlConnection] = []
    /// Clients whose exchange has ended.
    var ended: [CurlClient] = []
    /// How many of them are served.
    var served = 0
    /// Read in each turn of the loop.
    var clocks = ArrivalClocks.now()
    var isRunning = true
    /// Once it is set, no further request is started.
    var ending: Ending?
    var rules: AnswerRules
    /// See ``LoadRecord/hasContact``.
    var hasContact = false
    /// See ``LoadRecord/unanswered``.
    var unanswered = 0
    var heartbeat: Heartbeat
    /// Clients whose first request was sent.
    var connectedCount = 0
    /// `nil` if clients stay.
    var lifetimes: ClientLifetimes?
    /// When clients with a streaming response leave.
    var leaveTimes = DeadlineHeap()
    var connectedAt: MonotonicInstant?
    let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    let wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    lazy var lingering = LingeringSockets(patience: .seconds(1) + plan.times.networkAllowance) { [unowned self] in
        bookCounters(of: $0, closedOrderly: $1)
    }

    /// Requests of other threads to the driver's thread.
    let requests = Mutex<[Request]>([])

    init(_ plan: LoadPlan, _ makeListener: (ListenerSetup) -> any ExchangeListener) {
        self.plan = plan
        recorder = DeliveryRecorder(plan)
        rules = AnswerRules(allowance: plan.times.networkAllowance)
        heartbeat = Heartbeat(
            windowStart: plan.times.windowStart, windowEnd: plan.times.windowEnd, from: plan.times.start)
        route = CurlRoute(plan)
        CurlMemory.prepare()
        lifetimes = ClientLifetimes(plan)
        for (index, setup) in ListenerSetups(plan).enumerated() {
            let (listener, connection) = (makeListener(setup), connection(ofClient: index))
            clients.append(CurlClient(index: index, connection: connection, fleet: self, listener: listener))
        }
    }

    private func connection(ofClient client: Int) -> CurlConnection {
        let version = plan.httpVersion
        if version == .twoShared, let first = connections.first { return first }
        let multi = multiWithPlace()
        let connection = CurlConnection(
            index: connections.count, multi: multi, tls: plan.target.tls.map { _ in CurlTLS() }, version: version)
        multi.carry(connection, isAlone: !route.keepsApart)
        connections.append(connection)
        return connection
    }

    private func multiWithPlace() -> CurlMulti {
        if route.keepsApart, let last = multis.last, last.places < CurlMulti.mostConnections { return last }
        let multi = CurlMulti(index: multis.count, fleet: self, streams: plan.clients)
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
}
