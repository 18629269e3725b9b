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
    /// - Returns: What the clients saw.
    /// - Throws: ``UnknownTransport``, ``DescriptorLimitFault``, or what is wrong with certificates.
    package static func run(_ plan: LoadPlan, asking probe: ServerProbe) async throws -> LoadRecord {
        try await run(plan) {
            await probe.account(plan)
        } schedule: { last in
            (try? probe.schedule(from: plan.cursor + 1, to: last)) ?? []
        }
    }

    /// Runs against a feed whose end the caller knows.
    ///
    /// - Parameters:
    ///   - plan: What is to be done.
    ///   - lastSequence: Asked once the window is over: the sequence of the last item, or `nil` if nobody knows; then it
    ///     is the last one that any client has.
    /// - Returns: What the clients saw.
    /// - Throws: The same, or what `lastSequence` throws.
    package static func run(
        _ plan: LoadPlan, lastSequence: () async throws -> UInt64?
    ) async throws -> LoadRecord {
        try await run(plan) {
            try await lastSequence().map { .told(last: $0, hasEnded: true) } ?? .untold
        } schedule: { _ in
            []
        }
    }

    private static func run(
        _ plan: LoadPlan, account: () async throws -> FeedAccount,
        schedule: (_ last: UInt64) -> [PublicationSchedule.Entry]
    ) async throws -> LoadRecord {
        guard let transport = plan.clientTransport else {
            let allowed = plan.send == nil ? TransportRegistry.names : EchoRegistry.all.map { $0.name }
            throw UnknownTransport(name: plan.transport, allowed: allowed)
        }
        try FileDescriptorLimit.raise(
            toAtLeast: descriptorsNeeded(for: plan.clients, isMadeOfExchanges: transport.isMadeOfExchanges))
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
        record.windowUsage = after.since(before)
        record.windowStart = plan.times.windowStart
        record.windowTraffic = traffic
        record.hasExchanges = transport.isMadeOfExchanges
        record.windowSeconds = (endedAt - beganAt).seconds
        return record
    }

    /// A socket a client, for a polling one libcurl's pair of sockets to wake its multi handle too, and what the process
    /// has open anyway.
    package static func descriptorsNeeded(for clients: Int, isMadeOfExchanges: Bool = true) -> UInt64 {
        UInt64(clients) * (isMadeOfExchanges ? 3 : 1) + 64
    }

    /// The same for a transport by its name.
    package static func descriptorsNeeded(for clients: Int, of transport: String) -> UInt64 {
        let type = TransportRegistry.transport(named: transport)
        return descriptorsNeeded(for: clients, isMadeOfExchanges: type?.isMadeOfExchanges ?? true)
    }

    private static func makeFleet(_ plan: LoadPlan, _ transport: any ClientTransport.Type) throws -> any Fleet {
        if transport.isMadeOfExchanges { return CurlFleet(plan, transport: transport) }
        return try SocketFleet(plan, transport: transport)
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
    let allowed: [String]

    package var description: String { "transport is '\(name)'; allowed: \(allowed.joined(separator: ", "))" }
}
