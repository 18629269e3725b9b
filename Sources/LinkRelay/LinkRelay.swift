import Glibc
import Host
import Link
import Measurement

/// A simulated network between clients and a server: accepts TCP connections, opens one to the target for each, and
/// passes the bytes when ``LinkModel`` says.
///
/// One thread serves all connections, with bounded memory for each: a sender whose bytes do not leave is not read from.
package final class LinkRelay: Sendable {
    /// The numeric address that clients connect to.
    package let address: RelayAddress
    package var port: Int { address.port }

    private let loop: RelayLoop

    /// File descriptors that a relay with this number of connections needs, and those that it holds back.
    package static func descriptors(connections: Int) -> Int {
        2 * connections + 4 + 2 * RelayLoop.reservedDescriptors
    }

    /// Connections for which this number of file descriptors is enough; 0 or less if it is not enough for one.
    package static func connections(descriptors: Int) -> Int {
        (descriptors - Self.descriptors(connections: 0)) / 2
    }

    /// Starts to accept connections.
    ///
    /// - Parameters:
    ///   - settings: The network.
    ///   - seed: Jitter, losses, resets and silences follow from it and from the order of the connections.
    ///   - target: Where the relay connects to; the first address of a name.
    ///   - listening: Where clients connect; port 0 lets the kernel choose.
    ///   - maximumConnections: Further clients wait in the kernel's queue until a connection ends.
    /// - Throws: ``LinkRelayFault`` if the addresses are unknown or the relay cannot listen.
    package init(
        _ settings: LinkSettings, seed: UInt64, to target: RelayAddress,
        listening: RelayAddress = RelayAddress(host: "127.0.0.1", port: 0), maximumConnections: Int = .max
    ) throws(LinkRelayFault) {
        guard let server = SocketAddress.all(of: target).first else { throw .unknownHost(target) }
        guard let local = SocketAddress.all(of: listening).first else { throw .unknownHost(listening) }
        let socket = RelaySocket.listening(on: local, isLimited: settings.up.bandwidth != nil)
        guard socket >= 0, let bound = SocketAddress(of: socket)?.numeric else {
            throw .cannotListen(listening, errno)
        }
        address = bound
        let plan = RelayPlan(
            settings: settings, seed: seed, target: target, targetAddress: server,
            maximumConnections: maximumConnections)
        loop = RelayLoop(plan, listening: socket)
        loop.start()
    }

    deinit { loop.request(.stop(nil)) }

    /// Finds the address of a target that accepts connections, with a connection that is closed at once.
    ///
    /// - Returns: The numeric address.
    /// - Throws: ``LinkRelayFault`` if no address of the target accepts one within 5 s.
    package static func answering(_ target: RelayAddress) throws(LinkRelayFault) -> RelayAddress {
        let addresses = SocketAddress.all(of: target)
        if addresses.isEmpty { throw .unknownHost(target) }
        let (found, errorNumber) = RelaySocket.firstAnswering(addresses, patience: 5_000)
        guard let numeric = found?.numeric else { throw .noAnswer(target, errorNumber) }
        return numeric
    }

    /// Counts the times of stalls from this instant; from the relay's start if this is never called.
    package func countStalls(from origin: MonotonicInstant) {
        loop.request(.countStalls(origin))
    }

    /// Uses another network for the connections that clients open from now on.
    package func use(_ settings: LinkSettings) {
        loop.request(.use(settings))
    }

    /// What happened so far.
    package func report() async -> LinkRelayReport {
        await withCheckedContinuation { loop.request(.report($0)) }
    }

    /// Resets the connections that are left, stops and reports.
    package func stop() async -> LinkRelayReport {
        await withCheckedContinuation { loop.request(.stop($0)) }
    }
}

/// What a relay does for each connection.
struct RelayPlan: Sendable {
    var settings: LinkSettings
    let seed: UInt64
    let target: RelayAddress
    let targetAddress: SocketAddress
    let maximumConnections: Int
}
