import CCurl
import Host
import Measurement
import Transports

/// Carries out a ``LoadPlan`` from start to end.
package enum LoadWorker {
    /// Loads libcurl and its libraries, which takes some hundredths of a second, so that no client waits for it.
    package static func prepare() {
        CurlMemory.prepare()
    }

    /// Runs against a server that reports what its feed published.
    ///
    /// - Parameters:
    ///   - plan: The task.
    ///   - probe: Queries the plan's server.
    ///   - registry: The transports that the plan may name.
    /// - Returns: What the clients received.
    /// - Throws: ``UnknownTransport``, ``DescriptorLimitFault``, or ``TrustFault``.
    package static func run(
        _ plan: LoadPlan, asking probe: ServerProbe, registry: TransportRegistry = .standard
    ) async throws -> LoadRecord {
        let clock = await ClockComparison(plan, asking: probe)
        return try await run(clock.plan, registry) {
            await probe.account(clock.plan)
        } schedule: { last in
            // Another process, which began later, has published the items before that later.
            guard (try? probe.status()).map({ ServerIdentity($0) }) == plan.server else { return [] }
            return (try? probe.schedule(from: plan.cursor + 1, to: last)) ?? []
        } finishing: { record, receptions in
            await clock.finish(&record, &receptions)
        }
    }

    /// Runs against a feed whose last item the caller knows.
    ///
    /// - Parameters:
    ///   - plan: The task.
    ///   - registry: The transports that the plan may name.
    ///   - lastSequence: Called after the window; returns the sequence of the last item. If it returns `nil`, the
    ///     highest sequence that any client received is used.
    /// - Returns: What the clients received.
    /// - Throws: The same, or what `lastSequence` throws.
    package static func run(
        _ plan: LoadPlan, registry: TransportRegistry = .standard, lastSequence: () async throws -> UInt64?
    ) async throws -> LoadRecord {
        try await run(plan, registry) {
            try await lastSequence().map { .known(last: $0, hasEnded: true) } ?? .unknown
        } schedule: { _ in
            []
        } finishing: { record, _ in
            record.clockErrorNanoseconds = 0
        }
    }

    private static func run(
        _ plan: LoadPlan, _ registry: TransportRegistry, account: () async throws -> FeedAccount,
        schedule: (_ last: UInt64) -> [PublicationSchedule.Entry],
        finishing: (_ record: inout LoadRecord, _ receptions: inout ReceptionLog) async -> Void
    ) async throws -> LoadRecord {
        let candidates = plan.candidates(in: registry)
        guard let transport = candidates.first(where: { $0.name == plan.transport }) else {
            throw UnknownTransport(
                name: plan.transport,
                allowed: TransportRegistry.allowedNames(insteadOf: plan.transport, among: candidates))
        }
        let clients = plan.clients + (plan.slow?.clients ?? 0)
        try FileDescriptorLimit.raise(
            toAtLeast: descriptorsNeeded(
                for: clients, of: transport,
                sharesHandles: CurlRoute.mayKeepApart(plan.target, isHTTP2: plan.httpVersion.isHTTP2)))
        let fleet = try makeFleet(plan, transport)
        let slowPlan = plan.ofSlowClients
        let slowFleet = try slowPlan.map { try makeFleet($0, transport) }
        fleet.start()
        slowFleet?.start()
        let reading = try await WindowReading(of: fleet, plan.times)
        try await MonotonicClock.sleep(until: plan.times.windowEnd)
        // Clients that send know which messages to expect.
        let feed =
            if let send = plan.send { FeedAccount.known(last: send.messages, hasEnded: false) } else {
                try await account()
            }
        var record = try await finish(fleet, plan, feed)
        if let slowFleet, let slowPlan {
            // They may lack any number of items, so nothing is waited for.
            record.slow = SlowRecord(
                await slowFleet.finish(through: record.lastSequence, by: feed), clients: slowPlan.clients)
        }
        reading.report(into: &record, plan.times)
        var receptions = fleet.receptions
        await finishing(&record, &receptions)
        if case .lost(let reason) = feed {
            record.hasLostServer = true
            record.rowObjections.append(reason)
        } else if plan.epoch != nil, plan.send == nil {
            record.publishedToReceived = receptions.publishedToReceived(schedule(record.lastSequence))
        }
        record.hasExchanges = transport.client.isMadeOfExchanges
        return record
    }

    /// One socket per client, and libcurl's wake-up pair per multi handle; 64 more for what the process has open.
    ///
    /// - Parameters:
    ///   - clients: Number of clients.
    ///   - transport: Their transport.
    ///   - sharesHandles: Whether many polling clients share a multi handle; see ``CurlRoute``.
    /// - Returns: The file descriptors of the process.
    package static func descriptorsNeeded(
        for clients: Int, of transport: any ClientTransport.Type, sharesHandles: Bool
    ) -> UInt64 {
        guard transport.client.isMadeOfExchanges else { return UInt64(clients) + 64 }
        let handles = sharesHandles ? clients / CurlMulti.mostConnections + 1 : clients
        return UInt64(clients + 2 * handles) + 64
    }

    static func makeFleet(_ plan: LoadPlan, _ transport: any ClientTransport.Type) throws -> any Fleet {
        if let browser = plan.browser { return BrowserFleet(plan, browser, transport) }
        return switch transport.client {
        case .exchanges(let makeListener): CurlFleet(plan, makeListener)
        case .connection(let makeListener): try SocketFleet(plan, makeListener)
        }
    }

    // If the server does not report the last sequence, the highest received one is used.
    private static func finish(
        _ fleet: any Fleet, _ plan: LoadPlan, _ account: FeedAccount
    ) async throws -> LoadRecord {
        if case .known(let last, _) = account {
            try await drain(fleet, through: last, until: plan.times.windowEnd + plan.times.patience)
            return await fleet.finish(through: last, by: account)
        }
        let last = await fleet.highestReceived()
        // If the server stopped answering, there is no point in waiting for its items.
        if case .unknown = account {
            try await drain(fleet, through: last, until: plan.times.windowEnd + plan.times.patience)
        }
        return await fleet.finish(through: last, by: account)
    }

    private static func drain(_ fleet: any Fleet, through last: UInt64, until deadline: MonotonicInstant) async throws {
        while MonotonicClock.now() < deadline {
            if await fleet.hasReached(last) { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// A plan names a transport that is not registered, or that cannot carry its workload.
struct UnknownTransport: Error, CustomStringConvertible {
    let name: String
    let allowed: String

    var description: String { "transport is '\(name)'; \(allowed)" }
}
