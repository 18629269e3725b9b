import Measurement
import WireAccounting

/// A server's report on one transport, a part of ``ServerStatus``.
package struct TransportStatus: Codable, Equatable, Sendable {
    package var transport: String
    /// Open connections, or HTTP/2 streams, whose last request was for this transport.
    package var connections: Int
    package var requests: UInt64
    /// Items sent, once per client.
    package var items: UInt64
    /// Bytes on the lane ports of the teaching page by direction and layer, without zeros. The bytes of the main port
    /// are not separated by layer.
    package var laneBytes: [String: [String: Int64]]
    /// From the due time of each item until the server handed it to the kernel, once per client.
    package var handover: BucketHistogram

    package enum CodingKeys: String, CodingKey {
        case transport, connections, requests, items, handover
        case laneBytes = "lane_bytes"
    }

    package init(
        transport: String, connections: Int, requests: UInt64, items: UInt64, laneBytes: ByteLedger,
        handover: BucketHistogram
    ) {
        self.transport = transport
        self.connections = connections
        self.requests = requests
        self.items = items
        self.handover = handover
        self.laneBytes = [:]
        for entry in laneBytes.entries where entry.bytes != 0 {
            self.laneBytes[entry.direction.rawValue, default: [:]][entry.layer.rawValue] = entry.bytes
        }
    }
}
