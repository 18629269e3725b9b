/// Compares what the ledger booked with what the kernel counted: no byte may be lost or invented.
package struct Conservation: Sendable, Hashable {
    /// One direction's comparison.
    package struct Finding: Sendable, Hashable {
        package var direction: Direction
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
