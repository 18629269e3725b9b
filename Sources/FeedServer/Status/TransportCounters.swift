import Measurement
import WireAccounting

/// What one event loop has served by one transport.
struct TransportCounters: Sendable {
    /// Open connections, or HTTP/2 streams, whose last request was for this transport.
    var connections = 0
    var requests: UInt64 = 0
    /// Items sent, once per client.
    var items: UInt64 = 0
    /// From an item's due time until it was handed to the kernel.
    var delays = BucketHistogram()
    /// Bytes on lane ports; the bytes of other connections are not separated by layer.
    var laneBytes = ByteLedger()

    mutating func merge(_ other: Self) {
        connections += other.connections
        requests += other.requests
        items += other.items
        delays.merge(other.delays)
        laneBytes.merge(other.laneBytes)
    }
}
