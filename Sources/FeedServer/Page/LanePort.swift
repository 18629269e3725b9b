import Link
import LinkRelay
import Measurement
import Transports

/// The public port of one lane: a simulated network in front of the lanes' own listening socket.
struct LanePort: Sendable {
    let transport: String
    let port: Int
    let relay: LinkRelay

    /// One port for each transport over HTTP.
    ///
    /// - Parameters:
    ///   - transports: The server's transports.
    ///   - target: The port of the lanes' listening socket on loopback.
    ///   - host: Where clients connect.
    ///   - page: The first port, and the connections.
    /// - Returns: In the order of the registry.
    /// - Throws: ``LinkRelayFault`` if a port cannot be used.
    static func open(
        for transports: TransportRegistry, to target: Int, host: String, _ page: PageConfiguration
    ) throws(LinkRelayFault) -> [LanePort] {
        // One port may use all the connections; the server refuses further ones.
        let most = page.laneConnections * count(transports) + Occupancy.refusedAtOnce
        var ports: [LanePort] = []
        for transport in transports.push where transport.usesHTTP {
            let port = page.firstLanePort.map { $0 + ports.count } ?? 0
            let relay = try LinkRelay(
                LinkSettings(), seed: UInt64(ports.count + 1), to: RelayAddress(host: "127.0.0.1", port: target),
                listening: RelayAddress(host: host, port: port), maximumConnections: most)
            ports.append(LanePort(transport: transport.name, port: relay.port, relay: relay))
        }
        return ports
    }

    /// File descriptors that all lane ports need.
    static func descriptors(_ transports: TransportRegistry) -> Int {
        count(transports) * LinkRelay.descriptors(connections: PageConfiguration.mostLaneConnections)
            + refusedDescriptors
    }

    /// Connections per lane port for which this number of descriptors is enough; 0 or less if there are too few.
    static func connections(descriptors: Int, _ transports: TransportRegistry) -> Int {
        let each = (descriptors - refusedDescriptors) / count(transports)
        return min(PageConfiguration.mostLaneConnections, LinkRelay.connections(descriptors: each))
    }

    // Two for each connection that waits for its 503.
    private static let refusedDescriptors = 2 * Occupancy.refusedAtOnce

    /// Lane ports of a server with these transports, at least 1.
    static func count(_ transports: TransportRegistry) -> Int {
        max(1, transports.push.count { $0.usesHTTP })
    }
}
