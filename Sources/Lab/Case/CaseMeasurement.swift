import Host
import LoadGenerator
import Measurement
import Transports
import WireAccounting

/// Measures one case: starts the server and what stands before it, loads them, and collects what all sides saw.
///
/// Each step takes what the one before it gives, so a caller that has those values can begin at any step.
struct CaseMeasurement: Sendable {
    let subject: MeasuredCase
    let server: any ServerUnderTest
    var between = MiddleboxChain()
    let load: any LoadExecutor
    var host: any LabHost = ThisHost()

    /// What was seen while the clients ran.
    struct Observation: Sendable {
        var plan: LoadPlan
        var record: LoadRecord
        /// The server's own counters before the first client connected, and at the window's two ends.
        var idle: ServerStatus?
        var before: ServerStatus?
        var after: ServerStatus?
        var kernelDrops: KernelDrops?
    }

    /// Every step.
    func run() async throws -> CaseOutcome {
        try await server.whileRunning { server in
            try await between.whileRunning(before: Entrance(of: server.endpoint)) { entrance in
                try await measure(server, through: entrance)
            }
        }
    }

    /// The steps once server and middleboxes are ready.
    func measure(_ server: any RunningServer, through entrance: Entrance) async throws -> CaseOutcome {
        let told = server.endpoint.tellsStatus ? try server.status() : try? server.status()
        var plan = subject.plan(
            for: server.endpoint, told: told, through: entrance, at: host.now(), clock: host.clockIdentity)
        plan.processors = host.loadProcessors
        let observation = try await observe(plan, idle: told, at: server)
        return try await collect(observation, from: server, through: entrance)
    }

    /// Lets the clients run, and reads the server's counters at the window's ends.
    func observe(_ plan: LoadPlan, idle: ServerStatus?, at server: any RunningServer) async throws -> Observation {
        let drops = host.kernelDrops()
        async let record = load.run(plan)
        try await host.sleep(until: plan.times.windowStart)
        let before = try? server.status()
        try await host.sleep(until: plan.times.windowEnd)
        let after = try? server.status()
        var observation = Observation(plan: plan, record: try await record, idle: idle, before: before, after: after)
        observation.kernelDrops = drops.flatMap { host.kernelDrops()?.since($0) }
        return observation
    }

    /// Asks the server for its side, and puts both together.
    func collect(
        _ observation: Observation, from server: any RunningServer, through entrance: Entrance
    ) async throws -> CaseOutcome {
        var seen = observation.withoutLostServer
        let hasServer = !seen.record.hasLostServer
        let ends = entrance.isServers && hasServer ? try await serverEnds(server, seen) : nil
        let takesRemainder = seen.record.lacksHTTP2Bytes && ends == nil
        if takesRemainder {
            seen.record.ledger.bookRemainder(of: seen.record.kernel)
        } else if seen.record.lacksHTTP2Bytes, let ends {
            seen.record.ledger.book(ends.http2)
        }
        let (plan, last) = (seen.plan, seen.record.lastSequence)
        let tellsClock = seen.idle?.clock != nil
        let hasLag = plan.epoch != nil && plan.send == nil && hasServer
        return CaseOutcome(
            subject: subject, record: seen.record, idle: tellsClock ? seen.idle : nil, before: seen.before,
            after: seen.after, publisherLag: hasLag ? try? publisherLag(server, plan, through: last) : nil,
            published: tellsClock && hasServer ? last - min(plan.cursor, last) : nil, kernelDrops: seen.kernelDrops,
            serverKernel: ends?.kernel, framingIsRemainder: takesRemainder)
    }

    /// What was counted at the server's ends of this case's connections.
    private struct ServerEnds {
        let kernel: KernelCount
        let http2: HTTP2Tally
    }

    /// Asked once the server has seen the connections' ends.
    ///
    /// - Returns: `nil` from a server that does not count, or that had other clients meanwhile.
    private func serverEnds(_ server: any RunningServer, _ seen: Observation) async throws -> ServerEnds? {
        let connections = seen.record.kernel.connections + Int64(seen.record.unreadCounters)
        let deadline = host.now() + Self.endPatience
        while true {
            guard let status = try? server.status(), let total = status.feedKernel else { return nil }
            let ends = ServerEnds(
                kernel: total.since(seen.idle?.feedKernel ?? KernelCount()),
                http2: (status.feedHTTP2 ?? HTTP2Tally()).since(seen.idle?.feedHTTP2 ?? HTTP2Tally()))
            if ends.kernel.connections == connections { return ends }
            // A fresh server has no other clients: there a difference is a finding.
            if host.now() >= deadline { return server.endpoint.isFresh ? ends : nil }
            try await host.sleep(until: host.now() + .milliseconds(5))
        }
    }

    // The server sees the last client's end within a millisecond or so.
    private static let endPatience = Duration.seconds(1)

    private func publisherLag(
        _ server: any RunningServer, _ plan: LoadPlan, through last: UInt64
    ) throws -> LatencyHistogram {
        var lag = LatencyHistogram()
        for item in try server.schedule(from: plan.cursor + 1, to: last) {
            let due = MonotonicInstant(nanoseconds: item.dueNanoseconds)
            guard due >= plan.times.windowStart, due < plan.times.windowEnd else { continue }
            lag.record(nanoseconds: item.publishedNanoseconds - item.dueNanoseconds)
        }
        return lag
    }
}

extension CaseMeasurement.Observation {
    /// The same without the server's readings unless it was there all the time as it was before the first client; then the
    /// record says why not.
    fileprivate var withoutLostServer: Self {
        guard let server = plan.server else { return self }
        let readings = [before, after].compactMap { $0 }
        if readings.count == 2, readings.allSatisfy({ ServerIdentity($0) == server }) { return self }
        var seen = self
        (seen.before, seen.after) = (nil, nil)
        // The load process asks too, later; one reason is enough.
        if !record.hasLostServer {
            seen.record.hasLostServer = true
            seen.record.rowObjections.append(
                readings.count == 2
                    ? "the server was restarted within the run" : "the server stopped answering within the run")
        }
        return seen
    }
}
