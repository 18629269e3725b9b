import HTTP
import Host
import Link
import LinkRelay
import LoadGenerator
import Measurement
import Scenario
import Transports

/// One client per transport against a running server, for a live view. All clients ask for the same items.
package struct WatchedLanes: Sendable {
    /// The feed as the server reports it, on one line of printable ASCII; empty if it reports none.
    package let feed: String
    private let task: WatchTask
    private let clients: [WatchedClient]
    private let relay: LinkRelay?
    private var continuity: ServerContinuity
    private var question: Question?
    private var replacement: BlockingCall<WatchedLanes>?

    /// A request for the server's identity, and the progress that is in doubt until it is answered.
    private struct Question {
        let progress: [FleetProgress]
        let answer: BlockingCall<ServerIdentity>
    }

    /// Starts the clients.
    ///
    /// - Parameter task: The server and its clients.
    /// - Throws: `ProbeFault` if no server answers there, `LinkRelayFault`, or `TrustFault`.
    package init(_ task: WatchTask) throws {
        let probe = ServerProbe(task.target)
        try probe.checkReachable()
        let status = try? probe.status()
        var target = task.target
        let relay = try task.network.map { network in
            let server = RelayAddress(host: target.host, port: target.port)
            return try LinkRelay(network.settings, seed: 1, to: try LinkRelay.answering(server))
        }
        target.linkPort = relay?.port
        let plans = WatchPlans(
            target: target, status: status, clock: MonotonicClock.identity, now: MonotonicClock.now(),
            longest: task.longest, allowance: task.network?.allowance ?? .zero)
        clients = try task.uses.map { try WatchedClient(plans.plan(for: $0)) }
        feed = (status?.feed ?? "").prefix(80).printableASCII
        continuity = ServerContinuity(status.map { ServerIdentity($0) })
        self.task = task
        self.relay = relay
    }

    /// The transports' names, in the order of all results.
    package var names: [String] { clients.map(\.transport) }

    /// Reads the clients. If another server has taken the place of the one of the start, new clients replace them.
    ///
    /// - Parameter deadline: Latest end of waiting for an answer of the server, which may take 10 s.
    /// - Returns: What each client has received so far from the server of the start, if that is certain.
    package mutating func reading(by deadline: MonotonicInstant) async -> WatchReading {
        if let replacement { return await take(replacement, by: deadline) }
        if let question { return await take(question, by: deadline) }
        var all: [FleetProgress] = []
        for client in clients { all.append(await client.progress()) }
        guard continuity.isInDoubt(all) else { return .progress(all) }
        // Asked after the progress was taken, so that it has no item of another server.
        let target = task.target
        let asked = Question(
            progress: all, answer: BlockingCall { ServerIdentity(try ServerProbe(target).status()) })
        question = asked
        return await take(asked, by: deadline)
    }

    private mutating func take(_ asked: Question, by deadline: MonotonicInstant) async -> WatchReading {
        guard let answer = await asked.answer.result(by: deadline) else { return .unanswered }
        question = nil
        guard let server = try? answer.get(), !continuity.confirms(asked.progress, by: server) else {
            return .progress(asked.progress)
        }
        let next = BlockingCall { [task] in try WatchedLanes(task) }
        replacement = next
        return await take(next, by: deadline)
    }

    private mutating func take(
        _ made: BlockingCall<WatchedLanes>, by deadline: MonotonicInstant
    ) async -> WatchReading {
        guard let result = await made.result(by: deadline) else { return .unanswered }
        replacement = nil
        // Without new clients, those of the earlier server stay in doubt, so the server is asked again.
        guard let next = try? result.get() else { return .unanswered }
        // Clients may wait for the end of their connections.
        let earlier = self
        Task { _ = await earlier.stop() }
        self = next
        return .restarted
    }

    /// Stops the clients.
    ///
    /// - Returns: All bytes of each client.
    package func stop() async -> [ClientBytes] {
        let all = await withTaskGroup(of: (Int, ClientBytes).self) { group in
            for (index, client) in clients.enumerated() { group.addTask { (index, await client.stop()) } }
            return await group.reduce(into: [Int: ClientBytes]()) { $0[$1.0] = $1.1 }
        }
        _ = await relay?.stop()
        return clients.indices.compactMap { all[$0] }
    }
}

/// The outcome of one reading of ``WatchedLanes``.
package enum WatchReading: Sendable {
    /// Of all clients, in their order.
    case progress([FleetProgress])
    /// The server has not said yet whether it is still the same, so nothing new is known.
    case unanswered
    /// New clients have begun with another server.
    case restarted
}

/// A server, and the clients that watch it.
package struct WatchTask: Sendable {
    /// The server.
    let target: LoadTarget
    /// The transports with their options.
    let uses: [Scenario.TransportUse]
    /// A simulated network in front of the server; `nil` for none.
    let network: Scenario.Network?
    /// The lanes are stopped within this time.
    let longest: Duration

    /// Starts nothing; ``WatchedLanes`` does.
    package init(
        _ target: LoadTarget, _ uses: [Scenario.TransportUse], through network: Scenario.Network?, longest: Duration
    ) {
        self.target = target
        self.uses = uses
        self.network = network
        self.longest = longest
    }
}

/// The tasks of the clients of a live view. Pure, so that tests can check them.
struct WatchPlans {
    let target: LoadTarget
    /// `nil` for a server that reports none: its items are counted, but their delays are unknown.
    let status: ServerStatus?
    /// Identity of this host's clock; due times of another clock have no meaning here.
    let clock: String?
    let now: MonotonicInstant
    let longest: Duration
    let allowance: Duration

    func plan(for use: Scenario.TransportUse) -> LoadPlan {
        let sharesClock = status?.clock != nil && status?.clock == clock
        let epoch = sharesClock ? status.map { MonotonicInstant(nanoseconds: $0.epochNanoseconds) } : nil
        var plan = LoadPlan(
            target: target, transport: use.name, options: use.options, clients: 1, cursor: status?.newest ?? 0,
            epoch: epoch,
            // A little longer than the view, so that its last items still count.
            times: LoadTimes(start: now, windowStart: now, windowEnd: now + longest + .seconds(60)))
        plan.times.networkAllowance = allowance
        return plan
    }
}
