import Host
import Link
import LinkRelay
import LoadGenerator
import Measurement
import WireAccounting

/// The simulated network of a case: a relay in this process that clients connect to.
struct SimulatedLink: Middlebox {
    let settings: LinkSettings
    let clients: Int
    /// Of jitter, loss, resets and silences.
    let seed: UInt64

    let name = "simulated network"

    func check() {}

    func version() async -> String? { nil }

    /// - Throws: Also `LinkRelayFault` and `DescriptorLimitFault`.
    func whileRunning<Value: Sendable>(
        before entryPoint: EntryPoint, _ body: @escaping @Sendable (EntryPoint) async throws -> Value
    ) async throws -> Value {
        // A client may open its next connection before the last one is closed.
        try FileDescriptorLimit.raise(toAtLeast: UInt64(LinkRelay.descriptors(connections: clients * 2)))
        let target = entryPoint.target
        let address = RelayAddress(
            host: target.proxy?.host ?? target.host, port: target.proxy?.port ?? target.port)
        let relay = try LinkRelay(settings, seed: seed, to: try LinkRelay.answering(address))
        do {
            let value = try await body(EntryPoint(relay, port: relay.port, before: entryPoint))
            _ = await relay.stop()
            return value
        } catch {
            _ = await relay.stop()
            throw error
        }
    }
}

/// A simulated network that passes bytes.
protocol RunningLink: Sendable {
    /// The instant from which the times of stalls count.
    func countStalls(from origin: MonotonicInstant)

    /// Resets the connections that are left, stops and reports. A further call only reports.
    func stop() async -> LinkRelayReport
}

extension LinkRelay: RunningLink {}

extension LinkRelayReport {
    var swallowed: SwallowedBytes { SwallowedBytes(up: swallowedUp, down: swallowedDown) }
}
