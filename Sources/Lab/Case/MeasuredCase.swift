import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Transports

/// One run of one case: what its plan and its rows say of it.
struct MeasuredCase: Sendable {
    /// The case's name; its repeats have the same.
    var id: String
    var repetition = 1
    var seed: UInt64
    var transport: Scenario.TransportUse
    var timing: CaseTiming
    /// The feed's name.
    var feed: String
    var ratePerSecond: Double?
    var payloadBytes: Int?
    /// What clients send; `nil` where they only listen.
    var echo: EchoWorkload?
    /// Whether WebSocket keys and masks come from the seed too.
    var seedsMasks = false
    var faults = LoadFaults()
    /// Where the load process writes when it received each item; `nil` for nowhere.
    var stampsFile: String?

    /// For complaints.
    var name: String { "\(id), repeat \(repetition)" }

    /// The plan of its load process.
    ///
    /// - Parameters:
    ///   - server: The server as it is before the first client.
    ///   - told: What the server says of itself; `nil` if it says nothing.
    ///   - entrance: Where the clients connect.
    ///   - now: This instant.
    ///   - clock: The identity of the clock that `now` belongs to.
    /// - Returns: A plan that begins soon after `now`.
    func plan(
        for server: ServerEndpoint, told: ServerStatus?, through entrance: Entrance, at now: MonotonicInstant,
        clock: String?
    ) -> LoadPlan {
        let sharesClock = told?.clock != nil && told?.clock == clock
        let epoch = sharesClock ? told.map { MonotonicInstant(nanoseconds: $0.epochNanoseconds) } : nil
        // A fresh server waits for its clients, and they get its feed from the first item on.
        let feedStart = (server.isFresh ? epoch : nil) ?? now + timing.lead
        let windowStart = feedStart + timing.warmup
        var plan = LoadPlan(
            target: entrance.target, transport: transport.name, options: transport.options, clients: timing.clients,
            seed: seed, cursor: server.isFresh ? 0 : told?.newest ?? 0, epoch: epoch,
            times: LoadTimes(
                start: now + .milliseconds(100), ramp: timing.ramp, windowStart: windowStart,
                windowEnd: windowStart + timing.duration,
                patience: timing.patience(pause: transport.longestPause)))
        echo?.add(to: &plan, from: feedStart, timing)
        plan.server = told.map { ServerIdentity($0) }
        plan.seedsMasks = seedsMasks
        plan.stampsFile = stampsFile
        plan.faults = faults
        return plan
    }
}

/// What each client of a case sends.
struct EchoWorkload: Sendable {
    let rate: ItemRate
    let payloadBytes: Int

    /// - Returns: `nil` for a feed that is pushed.
    init?(_ feed: Scenario.Feed) {
        guard feed.isEcho, let rate = feed.rate, let payload = feed.payload else { return nil }
        self.rate = rate
        payloadBytes = payload.bytes
    }

    /// Lets the clients of a plan send from an instant on, as long as the feed of another case would last.
    func add(to plan: inout LoadPlan, from start: MonotonicInstant, _ timing: CaseTiming) {
        plan.send = SendPlan(from: start, lasting: timing.feedDuration, rate: rate, payloadBytes: payloadBytes)
        plan.cursor = 0
        // Messages are due and come back by the clients' own clock, whatever the server's is.
        plan.epoch = start
    }
}
