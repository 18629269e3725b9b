/// Compares what the ledger booked with what the kernel counted: no byte may be lost or invented.
package struct Conservation: Sendable, Hashable {
    /// One direction's comparison.
    package struct Finding: Sendable, Hashable {
        var direction: Direction
        /// The ledger's sum of all layers but TCP/IP.
        package var booked: Int64
        package var kernel: Int64

        /// Booked minus counted; 0 when not a byte differs.
        package var difference: Int64 { booked - kernel }
        package var isExact: Bool { difference == 0 }

        /// One sentence for a reader, also when all is well.
        package var reason: String {
            if isExact {
                return "\(direction.rawValue): all \(kernel) B that the kernel counted are booked."
            }
            let amounts = "booked \(booked) B, the kernel counted \(kernel) B"
            let cause =
                difference < 0
                ? "\(-difference) B crossed the socket without being booked"
                : "\(difference) B were booked that did not cross the socket"
            return "\(direction.rawValue): \(amounts), so \(cause)."
        }
    }

    package let up: Finding
    package let down: Finding

    /// - Parameters:
    ///   - ledger: Everything booked for the connections, from their first byte to their last.
    ///   - kernel: The same connections' counts, read when nothing is left unsent or unread.
    package init(of ledger: ByteLedger, against kernel: KernelCount) {
        up = Finding(direction: .up, booked: ledger.tcpPayloadBytes(.up), kernel: kernel.bytesUp)
        down = Finding(direction: .down, booked: ledger.tcpPayloadBytes(.down), kernel: kernel.bytesDown)
    }

    package var isConserved: Bool { up.isExact && down.isExact }

    /// Both directions' sentences, those with a difference only; empty when conserved.
    package var complaints: [String] { [up, down].filter { !$0.isExact }.map(\.reason) }
}

/// Compares what the kernel counted at the two ends of the same connections: the server's is a witness of its own.
package struct EndsAgreement: Sendable, Hashable {
    /// A sentence for each direction in which the ends differ; empty when they agree.
    package let complaints: [String]

    /// - Parameters:
    ///   - client: Read at the clients' ends, seen from there.
    ///   - server: Read at the server's ends of the same connections, likewise seen from the clients.
    package init(client: KernelCount, server: KernelCount) {
        complaints = Direction.allCases.compactMap { direction in
            let (ours, theirs) = (client.bytes(direction), server.bytes(direction))
            if ours == theirs { return nil }
            return "\(direction.rawValue): the kernel counted \(ours) B at the clients' ends of "
                + "\(client.connections) connections and \(theirs) B at the server's of \(server.connections)."
        }
    }
}
