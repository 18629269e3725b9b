import FeedServer
import Host
import LinkRelay
import Measurement
import Transports

/// A student's server: it serves a feed of readings by every transport, through a simulated network. One property of
/// the readings, the server or the network is unusual.
package struct HiddenServer: Sendable {
    /// Where students connect.
    package let address: RelayAddress
    private let server: FeedServer
    private let relay: LinkRelay
    private let publishing: Task<Void, Never>

    /// Starts the server.
    ///
    /// - Parameters:
    ///   - parameter: What is unusual.
    ///   - address: Where to listen; port 0 lets the kernel choose.
    /// - Returns: The running server.
    /// - Throws: `ListenFault` or `LinkRelayFault` if it cannot listen.
    package static func start(_ parameter: HiddenParameter, at address: RelayAddress) async throws -> HiddenServer {
        var configuration = FeedServerConfiguration()
        configuration.feed = .pushed
        configuration.feedText = "readings"
        if let hold = parameter.holdTime { configuration.settings.hold = hold }
        let server = try await FeedServer.start(configuration)
        do {
            // There is always a relay, so that the address says nothing about the parameter.
            let relay = try LinkRelay(
                parameter.link, seed: 1, to: RelayAddress(host: server.host, port: server.port), listening: address)
            let publishing = Task { await publish(HiddenReadings(parameter, seed: 1), on: server) }
            return HiddenServer(address: relay.address, server: server, relay: relay, publishing: publishing)
        } catch {
            await server.stop(patience: .zero)
            throw error
        }
    }

    /// Closes the students' connections at once, without waiting for their last items.
    package func stop() async {
        publishing.cancel()
        _ = await relay.stop()
        await server.stop(patience: .zero)
    }

    // Due times follow from the feed's epoch, so a late reading does not delay the next ones.
    private static func publish(_ readings: HiddenReadings, on server: FeedServer) async {
        var readings = readings
        while !Task.isCancelled {
            try? await MonotonicClock.sleep(until: server.epoch + readings.due)
            if let line = readings.next(), !Task.isCancelled { server.publish(line: Array(line.utf8)) }
        }
    }
}
