import Host
import Measurement
import Transports

/// Carries out a ``LoadPlan``: the whole life of one load process.
package enum LoadWorker {
    /// Runs against a server that is asked what its feed published.
    ///
    /// - Parameters:
    ///   - plan: What is to be done.
    ///   - probe: Asks the plan's server.
    ///   - registry: The transports that the plan may name.
    /// - Returns: What the clients saw.
    /// - Throws: ``UnknownTransport``, ``DescriptorLimitFault``, or what is wrong with certificates.
    package static func run(
        _ plan: LoadPlan, asking probe: ServerProbe, registry: TransportRegistry = .standard
    ) async throws -> LoadRecord {
        try await run(plan, registry) {
            await probe.account(plan)
        } schedule: { last in
            (try? probe.schedule(from: plan.cursor + 1, to: last)) ?? []
        }
    }

    /// Runs against a feed whose end the caller knows.
    ///
    /// - Parameters:
    ///   - plan: What is to be done.
    ///   - registry: The transports that the plan may name.
    ///   - lastSequence: Asked once the window is over: the sequence of the last item, or `nil` if nobody knows; then
    ///     it is the last one that any client has.
    /// - Returns: What the clients saw.
    /// - Throws: The same, or what `lastSequence` throws.
    package static func run(
        _ plan: LoadPlan, registry: TransportRegistry = .standard, lastSequence: () async throws -> UInt64?
    ) async throws -> LoadRecord {
        try await run(plan, registry) {
            try await lastSequence().map { .told(last: $0, hasEnded: true) } ?? .untold
        } schedule: { _ in
            []
        }
    }

    private static func run(
        _ plan: LoadPlan, _ registry: TransportRegistry, account: () async throws -> FeedAccount,
        schedule: (_ last: UInt64) -> [PublicationSchedule.Entry]
    ) async throws -> LoadRecord {
        let candidates = plan.candidates(in: registry)
        guard let transport = candidates.first(where: { $0.name == plan.transport }) else {
            throw UnknownTransport(
                name: plan.transport,
                allowed: TransportRegistry.allowedNames(insteadOf: plan.transport, among: candidates))
        }
        try FileDescriptorLimit.raise(toAtLeast: descriptorsNeeded(for: plan.clients, of: transport))
        let fleet = try makeFleet(plan, transport)
        fleet.start()
        try await MonotonicClock.sleep(until: plan.times.windowStart)
        let trafficBefore = await fleet.traffic()
        let before = ProcessUsage.ofThisProcess()
        let beganAt = MonotonicClock.now()
        try await MonotonicClock.sleep(until: plan.times.windowEnd)
        let after = ProcessUsage.ofThisProcess()
        let endedAt = MonotonicClock.now()
        let traffic = await fleet.traffic().since(trafficBefore)
        // Clients know themselves what is to come back to them.
        let told =
            if let send = plan.send { FeedAccount.told(last: send.messages, hasEnded: false) } else {
                try await account()
            }
        var record = try await finish(fleet, plan, told)
        if case .lost(let reason) = told {
            record.hasLostServer = true
            record.rowObjections.append(reason)
        } else if plan.epoch != nil, plan.send == nil {
            record.publishedToReceived = fleet.receptions.publishedToReceived(schedule(record.lastSequence))
        }
        let times = plan.times
        let lateness = max(beganAt - times.windowStart, endedAt - times.windowEnd)
        record.timeObjections += Heartbeat.objection(toReadingLateBy: lateness).map { [$0] } ?? []
        // A process that began at the window's end has no share of the window to tell.
        let seconds = (endedAt - beganAt).seconds
        if seconds > (times.windowEnd - times.windowStart).seconds / 2 { record.windowUsage = after.since(before) }
        record.windowStart = times.windowStart
        record.windowTraffic = traffic
        record.hasExchanges = transport.client.isMadeOfExchanges
        record.windowSeconds = seconds
        return record
    }

    /// A socket a client, for a polling one libcurl's pair of sockets to wake its multi handle too, and what the
    /// process has open anyway.
    package static func descriptorsNeeded(for clients: Int, of transport: any ClientTransport.Type) -> UInt64 {
        UInt64(clients) * (transport.client.isMadeOfExchanges ? 3 : 1) + 64
    }

    private static func makeFleet(_ plan: LoadPlan, _ transport: any ClientTransport.Type) throws -> any Fleet {
        switch transport.client {
        case .exchanges(let makeListener): CurlFleet(plan, makeListener)
        case .connection(let makeListener): try SocketFleet(plan, makeListener)
        }
    }

    // The last that any client has stands for what nobody tells.
    private static func finish(
        _ fleet: any Fleet, _ plan: LoadPlan, _ account: FeedAccount
    ) async throws -> LoadRecord {
        if case .told(let last, _) = account {
            try await drain(fleet, through: last, until: plan.times.windowEnd + plan.times.patience)
            return await fleet.finish(through: last, by: account)
        }
        let last = await fleet.highestReceived()
        // A server that has stopped telling is not waited for.
        if case .untold = account {
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

/// A plan names a transport that the load generator does not have.
package struct UnknownTransport: Error, CustomStringConvertible {
    let name: String
    let allowed: String

    package var description: String { "transport is '\(name)'; \(allowed)" }
}
