import Host
import Measurement
import WireAccounting

/// All clients of one load process. Each driver (libcurl, sockets) has its own implementation.
protocol Fleet: Sendable {
    func start()

    /// Whether no client waits for an item up to this sequence; items announced as lost are not waited for.
    func hasReached(_ last: UInt64) async -> Bool

    /// The highest sequence that any client has received.
    func highestReceived() async -> UInt64

    /// Bytes and requests so far.
    func traffic() async -> Traffic

    /// What the clients have received so far, for a live view.
    func progress() async -> FleetProgress

    /// Stops all clients, reads the kernel's counters before each close, and returns the results.
    func finish(through last: UInt64, by account: FeedAccount) async -> LoadRecord

    /// When the first copy of each item arrived. Read it only after ``finish(through:by:)``: until then the driver's
    /// thread writes to it.
    var receptions: ReceptionLog { get }
}

/// What a fleet's connections have carried up to one instant.
package struct Traffic: Codable, Sendable, Equatable {
    /// TCP payload of both directions as the kernel counts it, without retransmissions; closed connections are
    /// included.
    package var bytes: Int64 = 0
    /// HTTP requests whose response has ended, plus opening handshakes.
    package var requests: UInt64 = 0
    /// When the driver read them: with many clients, later than it was asked.
    var readAt = MonotonicInstant(nanoseconds: 0)
    /// Of a difference: the time between its two readings.
    package var seconds = 0.0

    init() {}

    init(_ ended: KernelCount, open: [KernelCount], requests: UInt64) {
        readAt = MonotonicClock.now()
        bytes = open.reduce(ended.bytesUp + ended.bytesDown) { $0 + $1.bytesUp + $1.bytesDown }
        self.requests = requests
    }

    func since(_ earlier: Self) -> Self {
        var difference = Self()
        difference.bytes = bytes - earlier.bytes
        difference.requests = requests - min(requests, earlier.requests)
        difference.seconds = (readAt - earlier.readAt).seconds
        return difference
    }
}
