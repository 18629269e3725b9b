import Synchronization

/// Several ports of 127.0.0.1 for a program that has to be given its ports and does not set SO_REUSEPORT. They are
/// reserved until just before it starts.
package final class ReservedPorts: Sendable {
    package let numbers: [Int]
    // Guards the reservations; empty once they are released.
    private let held: Mutex<[Held]>

    private final class Held: Sendable {
        let port: ReservedPort

        init() throws(NoFreePort) { port = try ReservedPort() }
    }

    /// - Throws: ``NoFreePort`` if the kernel has no free port.
    package init(count: Int) throws(NoFreePort) {
        var held: [Held] = []
        for _ in 0..<count { held.append(try Held()) }
        numbers = held.map { $0.port.number }
        self.held = Mutex(held)
    }

    /// From now on, any program may listen on the ports.
    package func release() { held.withLock { $0 = [] } }
}
