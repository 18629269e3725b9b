import Host
import LinkRelay
import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Transports
import WireAccounting

/// Measures one case: starts the load process, the server and the middleboxes, runs the clients and collects all
/// results.
///
/// Each step takes the result of the previous one, so a caller that has this result can begin at any step.
struct CaseMeasurement: Sendable {
    let subject: MeasuredCase
    var server: any ServerUnderTest
    var middleboxes = MiddleboxChain()
    let load: any LoadExecutor
    var host: any LabHost = ThisHost()

    /// What was measured while the clients ran.
    struct Observation: Sendable {
        var plan: LoadPlan
        var record: LoadRecord
        /// The server's counters before the first client connected, at the start and at the end of the window.
        var idle: ServerStatus?
        var before: ServerStatus?
        var after: ServerStatus?
        /// What the processes of the servers used, if a feeder publishes the items.
        var usage = ServerUsage.Readings()
        var kernelDrops: KernelDrops?
    }

    /// The same, with the packets of the clients recorded in a folder.
    func recorded(in folder: String, by method: any PacketRecording) -> Self {
        var measurement = self
        let file = CaptureFileName.of(caseID: subject.id, repetition: subject.repetition)
        let path = "\(folder)/\(file)"
        let keyLog = subject.timing.encrypts ? path + ".keys" : nil
        if let keyLog, var own = server as? OwnServer {
            own.arguments += ["--tls-key-log", keyLog]
            measurement.server = own
        }
        let recorder = PacketRecorder(
            method: method, path: path, comment: "pushlab run, \(subject.name)", keyLog: keyLog)
        measurement.middleboxes = MiddleboxChain(middleboxes.boxes + [recorder])
        return measurement
    }

    /// Runs all steps.
    func run() async throws -> CaseOutcome {
        // A new server's feed begins at a fixed time, so everything that takes long to start is ready before it.
        try await load.whileReady { load in
            try await server.whileRunning { server in
                try await middleboxes.whileRunning(before: EntryPoint(of: server.endpoint)) { entryPoint in
                    try await measure(server, through: entryPoint, by: load)
                }
            }
        }
    }

    /// Runs the steps that follow when load process, server and middleboxes are ready.
    func measure(
        _ server: any RunningServer, through entryPoint: EntryPoint, by load: any ReadyLoad
    ) async throws -> CaseOutcome {
        let status = server.endpoint.reportsStatus ? try server.status() : try? server.status()
        var measurement = self
        // All instants of a case are those of the server's clock, so that due times need no conversion.
        if let clock = status?.clock, clock != host.clockIdentity, let ahead = server.clockAhead(of: clock) {
            measurement.host = HostOnServersClock(base: host, clockIdentity: clock, ahead: ahead)
        }
        return try await measurement.measure(server, status, through: entryPoint, by: load)
    }

    private func measure(
        _ server: any RunningServer, _ status: ServerStatus?, through entryPoint: EntryPoint, by load: any ReadyLoad
    ) async throws -> CaseOutcome {
        var plan = subject.plan(
            for: server.endpoint, status: status, through: entryPoint, at: host.now(), clock: host.clockIdentity)
        plan.processors = host.loadProcessors
        plan.clock?.aheadOfLab = host.ahead
        plan.clock?.wallErrorNanoseconds = host.wallErrorNanoseconds
        entryPoint.link?.countStalls(from: plan.times.windowStart - subject.timing.warmup - host.ahead)
        let observation = try await observe(plan, by: load, idle: status, at: server)
        return try await collect(observation, from: server, through: entryPoint)
    }

    /// Runs the clients, and reads the server's counters at the start and at the end of the window.
    func observe(
        _ plan: LoadPlan, by load: any ReadyLoad, idle: ServerStatus?, at server: any RunningServer
    ) async throws -> Observation {
        let drops = host.kernelDrops()
        var usage = ServerUsage.Readings(idle: server.usage())
        async let record = load.run(plan)
        try await host.sleep(until: plan.times.firstReading)
        let before = try? server.status()
        usage.before = server.usage()
        if subject.strain != Scenario.Strain() {
            for process in server.endpoint.processes { host.resetPeakMemory(of: process) }
            server.resetPeakMemory()
        }
        try await host.sleep(until: plan.times.secondReading)
        let after = try? server.status()
        usage.after = server.usage()
        var observation = Observation(plan: plan, record: try await record, idle: idle, before: before, after: after)
        observation.usage = usage
        observation.kernelDrops = drops.flatMap { host.kernelDrops()?.since($0) }
        return observation
    }

    /// Requests the server's results and combines them with those of the clients.
    func collect(
        _ observation: Observation, from server: any RunningServer, through entryPoint: EntryPoint
    ) async throws -> CaseOutcome {
        var seen = observation.withoutLostServer
        let hasServer = !seen.record.hasLostServer
        let (ends, link) = try await connectionEnds(server, seen, through: entryPoint)
        // The server also counted frames that the simulated network swallowed.
        let swallows = link.map { !$0.swallowed.isEmpty } ?? false
        let takesRemainder = seen.record.lacksHTTP2Bytes && (ends == nil || swallows)
        if takesRemainder {
            seen.record.ledger.bookRemainder(of: seen.record.kernel)
        } else if seen.record.lacksHTTP2Bytes, let ends {
            seen.record.ledger.book(ends.http2)
        }
        let (plan, last) = (seen.plan, seen.record.lastSequence)
        let hasClock = seen.idle?.clock != nil
        let hasLag = plan.epoch != nil && plan.send == nil && hasServer && seen.after != nil
        return CaseOutcome(
            subject: subject, record: seen.record, idle: hasClock ? seen.idle : nil, before: seen.before,
            after: seen.after, publisherLag: hasLag ? try? publisherLag(server, plan, through: last) : nil,
            published: hasClock && hasServer ? last - min(plan.cursor, last) : nil, kernelDrops: seen.kernelDrops,
            serverKernel: ends?.kernel, link: link, framingIsRemainder: takesRemainder, peer: server.endpoint.peer,
            hasFeeder: server.endpoint.feedStatus != nil, measuredUsage: seen.usage, accounting: server.accounting)
    }

    /// Counts at the server's ends of this case's connections.
    private struct ServerEnds {
        let kernel: KernelCount
        let http2: HTTP2Tally
    }

    /// Reads the counts of both ends: those of the server, and what the simulated network between them did.
    private func connectionEnds(
        _ server: any RunningServer, _ seen: Observation, through entryPoint: EntryPoint
    ) async throws -> (server: ServerEnds?, link: LinkRelayReport?) {
        let isComparable =
            entryPoint.isDirect && server.endpoint.countsConnections && !seen.record.hasLostServer
            // A tap between browser and server stops the two ends at different bytes.
            && seen.record.browser == nil
        let timeout = Self.closeTimeout + subject.timing.networkAllowance
        var ends = isComparable ? try await serverEnds(server, seen, within: timeout) : nil
        guard let link = entryPoint.link else { return (ends, nil) }
        let report = await link.stop()
        guard isComparable, ends?.kernel.connections != Self.connections(seen) else { return (ends, report) }
        // The stop has reset what was still open, such as half-open connections. A connection that broke while it was
        // being opened has only one end.
        ends = try await serverEnds(server, seen, within: Self.closeTimeout)
        let isOneSided = ends?.kernel.connections != Self.connections(seen)
        return (isOneSided && seen.plan.expectsBreaks ? nil : ends, report)
    }

    private static func connections(_ seen: Observation) -> Int64 {
        seen.record.kernel.connections + Int64(seen.record.unreadCounters)
    }

    /// Reads the counts when the server has seen the end of every connection.
    ///
    /// - Returns: `nil` if the server reports no counts, or had other clients at the same time.
    private func serverEnds(
        _ server: any RunningServer, _ seen: Observation, within timeout: Duration
    ) async throws -> ServerEnds? {
        let connections = Self.connections(seen)
        let deadline = host.now() + timeout
        while true {
            guard let status = try? server.status(), let total = status.feedKernel else { return nil }
            // The counters of another server of the stream are not those of these connections.
            if let identity = seen.plan.server, ServerIdentity(status) != identity { return nil }
            let ends = ServerEnds(
                kernel: total.since(seen.idle?.feedKernel ?? KernelCount()).without(seen.record.slow?.kernel),
                http2: (status.feedHTTP2 ?? HTTP2Tally()).since(seen.idle?.feedHTTP2 ?? HTTP2Tally()))
            if ends.kernel.connections == connections { return ends }
            // A fresh server has no other clients, so a difference must be reported.
            if host.now() >= deadline { return server.endpoint.isFresh ? ends : nil }
            try await host.sleep(until: host.now() + .milliseconds(5))
        }
    }

    // The server sees the end of the last connection within about a millisecond.
    private static let closeTimeout = Duration.seconds(1)

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
    /// Drops the server's readings if they are not those of the first status' process, and records why unless the feed
    /// went on.
    fileprivate var withoutLostServer: Self {
        guard let server = plan.server else { return self }
        let readings = [before, after].compactMap { $0 }.map { ServerIdentity($0) }
        if readings == [server, server] { return self }
        var seen = self
        (seen.before, seen.after) = (nil, nil)
        // Another server of the stream answered, or none at that instant: the clients' feed went on.
        if server.sharesFeed, readings.allSatisfy({ $0.hasFeed(of: server) }) { return seen }
        // The load process checks this too, later; one reason is enough.
        if !record.hasLostServer {
            seen.record.hasLostServer = true
            let name = plan.publisherName
            seen.record.rowObjections.append(
                readings.count == 2
                    ? "\(name) was restarted within the run" : "\(name) stopped answering within the run")
        }
        return seen
    }
}

extension KernelCount {
    /// Without the connections of slow clients, whose counts at both ends are then the same too.
    fileprivate func without(_ slow: KernelCount?) -> KernelCount { slow.map { since($0) } ?? self }
}
