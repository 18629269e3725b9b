import Synchronization

/// Several ports of 127.0.0.1 for programs that have to be given their ports. For a program that sets neither
/// SO_REUSEPORT nor SO_REUSEADDR, they are reserved until just before it starts.
package final class ReservedPorts: Sendable {
    package let numbers: [Int]
    // Guards the reservations; empty once they are released.
    private let held: Mutex<[Held]>

    private final class Held: Sendable {
        let port: ReservedPort

        init(_ sharing: ReservedPort.Sharing) throws(NoFreePort) { port = try ReservedPort(sharing: sharing) }
    }

    /// - Throws: ``NoFreePort`` if the kernel has no free port.
    package init(count: Int, sharing: ReservedPort.Sharing = .port) throws(NoFreePort) {
        var held: [Held] = []
        for _ in 0..<count { held.append(try Held(sharing)) }
        numbers = held.map { $0.port.number }
        self.held = Mutex(held)
    }

    /// From now on, any program may listen on the ports.
    package func release() { held.withLock { $0 = [] } }
}
