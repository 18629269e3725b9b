import Transports
import WireAccounting

/// TCP and IP headers of planned messages: IPv4 with timestamps, as on loopback.
struct SegmentEstimate {
    /// IPv4 20, TCP 20, timestamps 12.
    static let headerBytes = 52.0
    /// A segment on loopback has up to this many bytes (MTU 65,536).
    static let largestSegment = 65_483.0
    /// SYN, ACK, FIN, ACK up; SYN-ACK, FIN, ACK down. SYN and SYN-ACK have 8 B more.
    static let connectionSegments = 7.0
    static let openingBytes = 16.0
    /// Linux waits at least this long for a segment that can carry an acknowledgment.
    private static let delayedAcknowledgment = 0.04

    /// TCP/IP bytes of one client.
    ///
    /// - Parameters:
    ///   - counts: Messages of one client.
    ///   - bytes: Their TCP payload.
    ///   - use: The transport.
    ///   - gap: Time between two exchanges, or two messages, in seconds.
    ///   - hasHold: Whether the server holds requests.
    /// - Returns: Bytes of the headers of all segments, both directions.
    static func headers(
        of counts: MessageCounts, _ bytes: LayerBytes, use: any ClientTransport.Type, gap: Double, hasHold: Bool
    ) -> Bounded {
        let extra = (bytes.tcpPayload(.down) / largestSegment).rounded(.down)
        let connections = counts.connections * (connectionSegments * headerBytes + openingBytes)
        let isSlow = gap > delayedAcknowledgment
        let data: Double
        let acknowledgments: Bounded
        if use.pacing == .feed {
            let items = counts.total(.item)
            let openings = counts.total(.request) + counts.connections
            data = items + 2 * openings + extra
            acknowledgments =
                isSlow
                ? Bounded(items + openings) : Bounded(items * 0.6 + openings, low: items * 0.02, high: items + openings)
        } else if use.pacing == .messages {
            let items = counts.total(.item)
            data = 2 * items + extra
            acknowledgments =
                isSlow
                ? Bounded(items, low: items * 0.5, high: items * 1.5)
                : Bounded(items * 0.5, low: 0, high: 2 * items)
        } else {
            let exchanges = counts.total(.request)
            data = 2 * exchanges + extra
            // The answer carries the request's acknowledgment, unless it is held; the next request the answer's, if it
            // follows at once.
            acknowledgments =
                isSlow
                ? Bounded(exchanges, low: exchanges * (hasHold ? 0 : 0.98), high: exchanges * 1.02)
                : Bounded(exchanges * 0.5, low: 0, high: 2 * exchanges)
        }
        let segments = Bounded(data, low: data * 0.98, high: data) + acknowledgments
        return segments * headerBytes + Bounded(connections, low: connections * 0.85, high: connections * 1.3)
    }
}
