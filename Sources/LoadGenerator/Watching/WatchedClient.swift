import Transports
import WireAccounting

/// One client of one transport, which runs in this process until it is stopped.
package struct WatchedClient: Sendable {
    /// The transport's name.
    package let transport: String
    private let fleet: any Fleet

    /// Starts the client.
    ///
    /// - Parameters:
    ///   - plan: Its task. The client runs until ``stop()``; its latencies count until the plan's window ends.
    ///   - registry: The transports that the plan may name.
    /// - Throws: ``UnknownTransport`` or ``TrustFault``.
    package init(_ plan: LoadPlan, registry: TransportRegistry = .standard) throws {
        guard let type = registry.push(named: plan.transport) else {
            throw UnknownTransport(
                name: plan.transport,
                allowed: TransportRegistry.allowedNames(insteadOf: plan.transport, among: registry.push))
        }
        transport = type.name
        fleet = try LoadWorker.makeFleet(plan, type)
        fleet.start()
    }

    package func progress() async -> FleetProgress { await fleet.progress() }

    /// Stops the client.
    ///
    /// - Returns: All bytes of its connections, by layer and as the kernel counted them.
    package func stop() async -> ClientBytes {
        let record = await fleet.finish(through: await fleet.highestReceived(), by: .unknown)
        return ClientBytes(ledger: record.ledger, kernel: record.kernel)
    }
}

/// The bytes of a client whose connections have ended.
package struct ClientBytes: Sendable, Hashable {
    package let ledger: ByteLedger
    package let kernel: KernelCount

    package init(ledger: ByteLedger, kernel: KernelCount) {
        self.ledger = ledger
        self.kernel = kernel
    }

    /// TCP payload in all layers, both directions.
    package var counted: Int64 { ledger.tcpPayloadBytes(.up) + ledger.tcpPayloadBytes(.down) }
    /// The kernel's count of the same bytes.
    package var byKernel: Int64 { kernel.bytesUp + kernel.bytesDown }
}
