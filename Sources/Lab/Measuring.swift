import Host
import LoadGenerator
import Measurement
import Transports
import WireAccounting

/// Measures one transport against a server that is already there.
struct Measuring: Sendable {
    let host: String
    let port: Int
    /// The port that clients connect to where a reverse proxy stands before the server; `nil` for the server's own.
    var entrance: Int?
    var tls: TLSTrust?
    var proxy: ProxyAddress?
    let transport: String
    let options: TransportOptions
    let timing: CaseTiming
    let seed: UInt64
    /// Whether WebSocket keys and masks come from the seed too.
    var seedsMasks = false
    /// Whether the server was started for this case: its feed begins with it.
    let feedEnds: Bool
    /// Whether the server has told its status before; then it is to tell it again.
    var hasTold = false
    let load: LoadProcess
    var faults = DeliberateFaults()
    var stampsFile: String?
    /// What clients send; `nil` where they only listen.
    var sending: Sending?

    func run() async throws -> CaseOutcome {
        let probe = ServerProbe(host: host, port: port, tls: tls)
        // A server of another make has no /stats: its items are counted, their latencies cannot be known.
        let told = feedEnds || hasTold ? try probe.status() : try? probe.status()
        let status = told ?? ServerStatus()
        var plan = makePlan(status)
        plan.server = told.map { ServerIdentity($0) }
        let dropsBefore = KernelDrops.read()
        async let record = load.run(plan)
        let readings = try await readAtWindowEnds(probe, plan)
        var result = try await record
        let (before, after) = accept(readings, of: plan.server, for: &result)
        let drops = dropsBefore.flatMap { KernelDrops.read()?.since($0) }
        // Behind a proxy the server's connections are not the clients'.
        let isDirect = proxy == nil && entrance == nil
        let ends = isDirect && !result.hasLostServer ? try await serverEnds(probe, since: status, clients: result) : nil
        let takesRemainder = result.lacksHTTP2Bytes && ends == nil
        if takesRemainder {
            result.ledger.bookRemainder(of: result.kernel)
        } else if result.lacksHTTP2Bytes, let ends {
            result.ledger.book(ends.http2)
        }
        return CaseOutcome(
            record: result, idle: status.clock == nil ? nil : status, before: before, after: after,
            publisherLag: plan.epoch == nil || sending != nil || result.hasLostServer
                ? nil : try? publisherLag(probe, plan, through: result.lastSequence),
            published: status.clock == nil || result.hasLostServer
                ? nil : result.lastSequence - min(plan.cursor, result.lastSequence),
            timing: timing, pollInterval: options.duration("interval"), kernelDrops: drops,
            isEcho: sending != nil, serverKernel: ends?.kernel, framingIsRemainder: takesRemainder)
    }

    private func makePlan(_ status: ServerStatus) -> LoadPlan {
        let now = MonotonicClock.now()
        let sharesClock = status.clock != nil && status.clock == MonotonicClock.identity
        let epoch = MonotonicInstant(nanoseconds: status.epochNanoseconds)
        let feedStart = feedEnds && sharesClock ? epoch : now + timing.lead
        let windowStart = feedStart + timing.warmup
        var plan = LoadPlan(
            target: LoadTarget(host: host, port: entrance ?? port), transport: transport, options: options,
            clients: timing.clients,
            seed: seed, cursor: feedEnds ? 0 : status.newest, epoch: sharesClock ? epoch : nil,
            times: LoadTimes(
                start: now + .milliseconds(100), ramp: timing.ramp, windowStart: windowStart,
                windowEnd: windowStart + timing.duration,
                patience: timing.patience(interval: options.duration("interval") ?? options.duration("pause"))))
        sending?.add(to: &plan, from: feedStart, timing)
        plan.target.tls = tls
        plan.target.proxy = proxy
        plan.seedsMasks = seedsMasks
        plan.stampsFile = stampsFile
        plan.processors = ProcessorPlacement.halves()?.load
        plan.faults = faults.load
        return plan
    }

    /// Takes readings of the server only if it is there as it was before the first client; else the record says why not.
    private func accept(
        _ readings: (before: ServerStatus?, after: ServerStatus?), of server: ServerIdentity?,
        for record: inout LoadRecord
    ) -> (before: ServerStatus?, after: ServerStatus?) {
        guard let server else { return readings }
        let accepted = [readings.before, readings.after].compactMap { $0 }.filter { ServerIdentity($0) == server }
        if accepted.count == 2 { return readings }
        // The load process asks too, later; one reason is enough.
        if !record.hasLostServer {
            let isRestarted = readings.before != nil && readings.after != nil
            record.rowObjections.append(
                isRestarted ? "the server was restarted within the run" : "the server stopped answering within the run")
            record.hasLostServer = true
        }
        return (nil, nil)
    }

    private func readAtWindowEnds(
        _ probe: ServerProbe, _ plan: LoadPlan
    ) async throws -> (before: ServerStatus?, after: ServerStatus?) {
        try await MonotonicClock.sleep(until: plan.times.windowStart)
        let before = try? probe.status()
        try await MonotonicClock.sleep(until: plan.times.windowEnd)
        return (before, try? probe.status())
    }

    /// What was counted at the server's ends of this run's connections.
    private struct ServerEnds {
        let kernel: KernelCount
        let http2: HTTP2Tally
    }

    /// Asked once the server has seen the connections' ends.
    ///
    /// - Returns: `nil` from a server that does not count, or that had other clients meanwhile.
    private func serverEnds(
        _ probe: ServerProbe, since before: ServerStatus, clients: LoadRecord
    ) async throws -> ServerEnds? {
        let connections = clients.kernel.connections + Int64(clients.unreadCounters)
        let deadline = MonotonicClock.now() + Self.endPatience
        while true {
            guard let status = try? probe.status(), let total = status.feedKernel else { return nil }
            let ends = ServerEnds(
                kernel: total.since(before.feedKernel ?? KernelCount()),
                http2: (status.feedHTTP2 ?? HTTP2Tally()).since(before.feedHTTP2 ?? HTTP2Tally()))
            // A server of our own has no other clients: there a difference is a finding.
            if ends.kernel.connections == connections { return ends }
            if MonotonicClock.now() >= deadline { return feedEnds ? ends : nil }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    // The server sees the last client's end within a millisecond or so.
    private static let endPatience = Duration.seconds(1)

    private func publisherLag(
        _ probe: ServerProbe, _ plan: LoadPlan, through last: UInt64
    ) throws -> LatencyHistogram {
        var lag = LatencyHistogram()
        for item in try probe.schedule(from: plan.cursor + 1, to: last) {
            let due = MonotonicInstant(nanoseconds: item.dueNanoseconds)
            guard due >= plan.times.windowStart, due < plan.times.windowEnd else { continue }
            lag.record(nanoseconds: item.publishedNanoseconds - item.dueNanoseconds)
        }
        return lag
    }
}
