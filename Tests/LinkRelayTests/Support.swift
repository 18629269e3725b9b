import Link
import LinkRelay
import Measurement

/// A server of the test, a relay to it, and a client of the relay.
struct Line {
    let listener: Listener
    let relay: LinkRelay

    init(_ settings: LinkSettings = LinkSettings(), seed: UInt64 = 1, maximumConnections: Int = .max) throws {
        listener = try Listener()
        relay = try LinkRelay(
            settings, seed: seed, to: RelayAddress(host: "127.0.0.1", port: listener.port),
            maximumConnections: maximumConnections)
    }

    /// Both ends of a new connection.
    func connect() throws -> (client: Peer, server: Peer) {
        let client = try Peer(connectingTo: relay.port)
        return (client, try listener.accept())
    }

    /// The relay's report, once it is as expected, or after 5 s.
    func report(when isReady: (LinkRelayReport) -> Bool) async throws -> LinkRelayReport {
        for _ in 0..<1_000 {
            let report = await relay.report()
            if isReady(report) { return report }
            try await Task.sleep(for: .milliseconds(5))
        }
        return await relay.report()
    }
}

extension LinkSettings {
    /// A constant delay in each direction.
    static func delay(_ up: Duration, _ down: Duration) -> LinkSettings {
        LinkSettings(up: LinkDirectionSettings(delay: up), down: LinkDirectionSettings(delay: down))
    }
}

enum Bytes {
    static func random(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}
