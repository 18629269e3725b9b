import Feed
import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Transports

/// One run of one case: its settings for the load plan and for the result rows.
struct MeasuredCase: Sendable {
    /// The case's name, the same for all repeats.
    var id: String
    var repetition = 1
    var seed: UInt64
    /// `Scenario.ownServer`, the name of a third-party server, or empty if the server is unknown.
    var server = Scenario.ownServer
    var transport: Scenario.TransportUse
    var timing: CaseTiming
    /// How much the clocks of server and clients may differ; `nil` for half of the median latency.
    var clockTolerance: Duration?
    /// The feed's name.
    var feed: String
    var ratePerSecond: Double?
    var payloadBytes: Int?
    /// Kind of data of a synthetic feed; `nil` for other feeds.
    var content: ItemContent?
    /// The simulated network between clients and server; `nil` for none.
    var network: Scenario.Network?
    /// The number of PushLab servers behind a proxy; `nil` for a single one that clients reach without it.
    var scaleOut: Int?
    /// Clients that leave, restarts and slow clients.
    var strain = Scenario.Strain()
    /// The swept fields with this case's values.
    var axes: [CaseFact] = []
    /// What clients send; `nil` if they only listen.
    var echo: EchoWorkload?
    /// Whether WebSocket keys and masks also come from the seed.
    var seedsMasks = false
    var faults = LoadFaults()
    /// File for the arrival time of each item; `nil` to write no such file.
    var stampsFile: String?
    /// Whether clients poll what the server has at that time, without a cursor.
    var pollsCurrentItems = false

    /// Longest time in which a client neither requests nor listens.
    var longestPause: Duration { transport.longestPause + strain.longestAbsence }

    /// All clients, slow ones included.
    var allClients: Int { timing.clients + (strain.slow?.count(beside: timing.clients) ?? 0) }

    /// Whether a missed item is an error, and not a result.
    var wantsEachItem: Bool {
        transport.wantsEachItem && strain.restart?.keepsHistory != false && !pollsCurrentItems
    }

    /// For error messages.
    var name: String { "\(id), repeat \(repetition)" }

    /// Makes the plan for the load process.
    ///
    /// - Parameters:
    ///   - server: The server before the first client connects.
    ///   - status: The server's status; `nil` if it reports none.
    ///   - entryPoint: Where the clients connect.
    ///   - now: The current time.
    ///   - clock: The identity of the clock of `now`.
    /// - Returns: A plan that begins soon after `now`.
    func plan(
        for server: ServerEndpoint, status: ServerStatus?, through entryPoint: EntryPoint, at now: MonotonicInstant,
        clock: String?
    ) -> LoadPlan {
        let sharesClock = status?.clock != nil && status?.clock == clock
        let epoch = sharesClock ? status.map { MonotonicInstant(nanoseconds: $0.epochNanoseconds) } : nil
        // The feed of a fresh server begins after the clients have connected, so they receive its first item.
        let feedStart = (server.isFresh ? epoch : nil) ?? now + timing.lead
        let windowStart = feedStart + timing.warmup
        var plan = LoadPlan(
            target: entryPoint.target, transport: transport.name, options: transport.options, clients: timing.clients,
            seed: seed, cursor: server.isFresh ? 0 : status?.newest ?? 0, epoch: epoch,
            times: LoadTimes(
                start: now + timing.startDelay, ramp: timing.ramp, windowStart: windowStart,
                windowEnd: windowStart + timing.duration,
                patience: timing.patience(pause: longestPause)))
        if sharesClock, let clock { plan.clock = PlanClock(identity: clock) }
        plan.dialect = server.dialect
        plan.feedStatus = server.feedStatus
        strain.add(to: &plan, from: windowStart, isBehindProxy: scaleOut != nil)
        plan.base64ItemBytes = content == .random ? payloadBytes : nil
        plan.times.networkAllowance = timing.networkAllowance
        plan.expectsBreaks = network?.breaksConnections ?? false
        echo?.add(to: &plan, from: feedStart, timing)
        plan.server = status.map { ServerIdentity($0) }
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
    let burst: Int

    /// - Returns: `nil` for a feed that the server pushes.
    init?(_ feed: Scenario.Feed) {
        guard feed.isEcho, let rate = feed.rate, let payload = feed.payload else { return nil }
        self.rate = rate
        payloadBytes = payload.bytes
        burst = feed.burst ?? 1
    }

    /// Adds to a plan that clients send, from an instant on and for as long as a pushed feed would last.
    func add(to plan: inout LoadPlan, from start: MonotonicInstant, _ timing: CaseTiming) {
        plan.send = SendPlan(
            from: start, lasting: timing.feedDuration, rate: rate, payloadBytes: payloadBytes, burst: burst)
        plan.cursor = 0
        // The clients' clock gives both due time and arrival of a message, so the server's clock does not matter.
        plan.epoch = start
    }
}
