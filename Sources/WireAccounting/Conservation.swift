/// Compares a ledger with the kernel's count: both must be equal to the byte.
package struct Conservation: Sendable, Hashable {
    /// The comparison of one direction.
    package struct Finding: Sendable, Hashable {
        var direction: Direction
        /// The ledger's sum of all layers but TCP/IP.
        package var counted: Int64
        package var kernel: Int64

        /// The ledger's count minus the kernel's.
        var difference: Int64 { counted - kernel }
        var isExact: Bool { difference == 0 }

        /// The comparison in one sentence.
        package var reason: String {
            if isExact {
                return "\(direction.rawValue): the layers have all \(kernel) B that the kernel counted."
            }
            let amounts = "the layers have \(counted) B, the kernel counted \(kernel) B"
            let cause =
                difference < 0
                ? "\(-difference) B passed the socket without being counted"
                : "\(difference) B were counted that did not pass the socket"
            return "\(direction.rawValue): \(amounts): \(cause)."
        }
    }

    package let up: Finding
    package let down: Finding

    /// - Parameters:
    ///   - ledger: All bytes of the connections, from the first to the last.
    ///   - kernel: The kernel's counts of the same connections, read when nothing is unsent or unread.
    package init(of ledger: ByteLedger, against kernel: KernelCount) {
        up = Finding(direction: .up, counted: ledger.tcpPayloadBytes(.up), kernel: kernel.bytesUp)
        down = Finding(direction: .down, counted: ledger.tcpPayloadBytes(.down), kernel: kernel.bytesDown)
    }

    package var isConserved: Bool { up.isExact && down.isExact }

    /// A sentence for each direction with a difference; empty if conserved.
    package var complaints: [String] { [up, down].filter { !$0.isExact }.map(\.reason) }
}

/// Compares the kernel's counts at both ends of the same connections, which are independent of each other.
package struct EndsAgreement: Sendable, Hashable {
    /// A sentence for each direction in which the ends differ; empty if they agree.
    package let complaints: [String]

    /// - Parameters:
    ///   - client: Counts at the clients' ends, with directions as seen from the clients.
    ///   - server: Counts at the server's ends of the same connections, with the same directions.
    ///   - swallowed: Bytes that a simulated network took from the sender of a direction and did not deliver.
    package init(client: KernelCount, server: KernelCount, swallowed: SwallowedBytes = SwallowedBytes()) {
        complaints = Direction.allCases.compactMap { direction in
            let (ours, theirs) = (client.bytes(direction), server.bytes(direction))
            let (lost, sentMore) = direction == .up ? (swallowed.up, ours - theirs) : (swallowed.down, theirs - ours)
            if sentMore == lost { return nil }
            let difference = lost == 0 ? "" : "; the simulated network swallowed \(lost) B"
            return "\(direction.rawValue): the kernel counted \(ours) B at the clients' ends of "
                + "\(client.connections) connections and \(theirs) B at the server's of \(server.connections)"
                + "\(difference)."
        }
    }
}

/// Payload bytes that a simulated network received from a sender and that did not reach the other end, because a
/// connection was reset.
package struct SwallowedBytes: Sendable, Hashable {
    package var up: Int64
    package var down: Int64

    package init(up: Int64 = 0, down: Int64 = 0) {
        (self.up, self.down) = (up, down)
    }

    package var isEmpty: Bool { up == 0 && down == 0 }
}
