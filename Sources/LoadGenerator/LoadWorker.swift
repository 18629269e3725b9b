import Host
import Measurement
import Transports

/// Carries out a ``LoadPlan``: the whole life of one load process.
package enum LoadWorker {
    /// Why a load process could not do what it was asked.
    package enum Fault: Error, CustomStringConvertible {
        case unknownTransport(String, allowed: [String])

        package var description: String {
            switch self {
            case .unknownTransport(let name, let allowed):
                "transport is '\(name)'; allowed: \(allowed.joined(separator: ", "))"
            }
        }
    }

    /// - Parameters:
    ///   - plan: What is to be done.
    ///   - lastSequence: Asked once the window is over: the sequence of the last item clients should have, or
    ///     `nil` if the server does not tell; then it is the last one that any client has.
    ///   - schedule: Asked when all clients are gone: when the items up to the last one were published; empty if the
    ///     server does not tell.
    /// - Returns: What the clients saw.
    /// - Throws: ``Fault``, ``FileDescriptorLimit/Fault``, what is wrong with certificates, or what `lastSequence` throws.
    package static func run(
        _ plan: LoadPlan, lastSequence: () async throws -> UInt64?,
        schedule: (_ last: UInt64) -> [PublicationSchedule.Entry] = { _ in [] }
    ) async throws -> LoadRecord {
        guard let transport = plan.clientTransport else {
            let allowed = plan.send == nil ? TransportRegistry.names : EchoRegistry.all.map { $0.name }
            throw Fault.unknownTransport(plan.transport, allowed: allowed)
        }
        try FileDescriptorLimit.raise(
            toAtLeast: descriptorsNeeded(for: plan.clients, isMadeOfExchanges: transport.isMadeOfExchanges))
        let fleet = try makeFleet(plan, transport)
        fleet.start()
        try await MonotonicClock.sleep(until: plan.windowStart)
        let trafficBefore = await fleet.traffic()
        let before = ProcessUsage.ofThisProcess()
        let beganAt = MonotonicClock.now()
        try await MonotonicClock.sleep(until: plan.windowEnd)
        let after = ProcessUsage.ofThisProcess()
        let endedAt = MonotonicClock.now()
        let traffic = await fleet.traffic().since(trafficBefore)
        // Clients know themselves what is to come back to them.
        let told = if let send = plan.send { send.messages } else { try await lastSequence() }
        let last = if let told { told } else { await fleet.highestReceived() }
        try await drain(fleet, through: last, until: plan.windowEnd + plan.patience)
        var record = await fleet.finish(through: last)
        if plan.epoch != nil, plan.send == nil {
            record.publishedToReceived = fleet.receptions.publishedToReceived(schedule(last))
        }
        record.windowUsage = after.since(before)
        record.windowStart = plan.windowStart
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

    private static func drain(_ fleet: any Fleet, through last: UInt64, until deadline: MonotonicInstant) async throws {
        while MonotonicClock.now() < deadline {
            if await fleet.hasReached(last) { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
