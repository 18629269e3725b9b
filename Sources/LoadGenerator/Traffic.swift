import WireAccounting

/// What a fleet's connections carried up to an instant.
package struct Traffic: Codable, Sendable, Equatable {
    /// TCP payload of both directions as the kernel counts it, retransmissions left out; those of ended connections are
    /// in it.
    package var bytes: Int64 = 0
    /// HTTP requests whose response has ended, and opening handshakes.
    package var requests: UInt64 = 0

    init() {}

    init(_ ended: KernelCount, open: [KernelCount], requests: UInt64) {
        bytes = open.reduce(ended.bytesUp + ended.bytesDown) { $0 + $1.bytesUp + $1.bytesDown }
        self.requests = requests
    }

    func since(_ earlier: Self) -> Self {
        var difference = Self()
        difference.bytes = bytes - earlier.bytes
        difference.requests = requests - min(requests, earlier.requests)
        return difference
    }
}
