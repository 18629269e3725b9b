/// Which end of a connection read the counters.
package enum ConnectionEnd: Sendable {
    /// The client, which opened the connection.
    case client
    /// The server, which accepted the connection.
    case server
}

/// The kernel's counts of one or many TCP connections, as seen from the client.
///
/// From Linux `TCP_INFO`, by these rules (net/ipv4/tcp_output.c, tcp_input.c, tcp_minisocks.c; checked on loopback):
/// - `bytes_sent` counts payload each time it is sent, without SYN and FIN. Minus `bytes_retrans` it is exact.
/// - `bytes_received` follows the receive sequence number, which the peer's FIN increases by 1 without a byte.
/// - Segments count SYN, FIN and bare ACKs; the accepting end does not count its own SYN-ACK.
package struct KernelCount: Sendable, Hashable, Codable {
    /// Payload bytes from client to server, without retransmissions.
    package var bytesUp: Int64 = 0
    /// Payload bytes from server to client, without retransmissions.
    package var bytesDown: Int64 = 0
    /// Payload bytes that this end retransmitted. The retransmissions of the other end are unknown here.
    package var bytesRetransmitted: Int64 = 0
    var segmentsUp: Int64 = 0
    var segmentsDown: Int64 = 0
    package var connections: Int64 = 0
    /// Connections with TCP timestamps (`tcpi_options` bit 0).
    package var connectionsWithTimestamps: Int64 = 0
    /// Connections over IPv6.
    package var connectionsOverIPv6: Int64 = 0
    /// Segments of the close that passed after the counters were read, see ``ClosingSegments``.
    package var closingSegmentsUp: Int64 = 0
    var closingSegmentsDown: Int64 = 0

    enum CodingKeys: String, CodingKey {
        case connections
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
        case bytesRetransmitted = "bytes_retransmitted"
        case segmentsUp = "segments_up"
        case segmentsDown = "segments_down"
        case connectionsWithTimestamps = "connections_with_timestamps"
        case connectionsOverIPv6 = "connections_over_ipv6"
        case closingSegmentsUp = "closing_segments_up"
        case closingSegmentsDown = "closing_segments_down"
    }

    package init() {}

    /// Reads one connection's `struct tcp_info`.
    ///
    /// - Parameters:
    ///   - state: `tcpi_state`, a number of linux/tcp_states.h.
    ///   - bytesSent: `tcpi_bytes_sent`.
    ///   - bytesRetransmitted: `tcpi_bytes_retrans`.
    ///   - bytesReceived: `tcpi_bytes_received`.
    ///   - segmentsOut: `tcpi_segs_out`.
    ///   - segmentsIn: `tcpi_segs_in`.
    ///   - options: `tcpi_options`.
    ///   - isIPv6: Whether the connection's packets are IPv6.
    ///   - end: The end that read the counters.
    ///   - closedOrderly: Whether the peer's FIN arrived before state CLOSE, i.e. the last read gave 0 bytes and not a
    ///     reset. Only needed in state CLOSE, which does not show it.
    package init(
        state: UInt8,
        bytesSent: UInt64,
        bytesRetransmitted: UInt64,
        bytesReceived: UInt64,
        segmentsOut: UInt32,
        segmentsIn: UInt32,
        options: UInt8 = 1,
        isIPv6: Bool = false,
        at end: ConnectionEnd = .client,
        closedOrderly: Bool = true
    ) {
        let sent = Int64(bytesSent) - Int64(bytesRetransmitted)
        let hasFIN = TCPState(rawValue: state)?.hasReceivedFIN(closedOrderly: closedOrderly) ?? false
        let received = Int64(bytesReceived) - (hasFIN && bytesReceived > 0 ? 1 : 0)
        self.bytesRetransmitted = Int64(bytesRetransmitted)
        connections = 1
        connectionsWithTimestamps = options & 1 == 0 ? 0 : 1
        connectionsOverIPv6 = isIPv6 ? 1 : 0
        let closing = ClosingSegments(state: state)
        switch end {
        case .client:
            (bytesUp, bytesDown) = (sent, received)
            (segmentsUp, segmentsDown) = (Int64(segmentsOut), Int64(segmentsIn))
            (closingSegmentsUp, closingSegmentsDown) = (closing.outward, closing.inward)
        case .server:
            (bytesUp, bytesDown) = (received, sent)
            (segmentsUp, segmentsDown) = (Int64(segmentsIn), Int64(segmentsOut) + 1)
            (closingSegmentsUp, closingSegmentsDown) = (closing.inward, closing.outward)
        }
    }

    /// Adds bytes that were written to a socket and not sent yet: a close sends them, however slowly the peer reads.
    ///
    /// - Parameters:
    ///   - notSent: `tcpi_notsent_bytes`. It follows the sequence number, which our own FIN increases by 1 as soon as
    ///     it is queued behind these bytes.
    ///   - state: `tcpi_state`.
    ///   - end: The end that read the counters.
    package mutating func addUnsent(_ notSent: UInt32, state: UInt8, at end: ConnectionEnd) {
        guard notSent > 0, let state = TCPState(rawValue: state), state.sendsWhatIsQueued else { return }
        let bytes = Int64(notSent) - (state.hasQueuedFIN ? 1 : 0)
        switch end {
        case .client: bytesUp += bytes
        case .server: bytesDown += bytes
        }
    }

    package mutating func merge(_ other: Self) {
        bytesUp += other.bytesUp
        bytesDown += other.bytesDown
        bytesRetransmitted += other.bytesRetransmitted
        segmentsUp += other.segmentsUp
        segmentsDown += other.segmentsDown
        connections += other.connections
        connectionsWithTimestamps += other.connectionsWithTimestamps
        connectionsOverIPv6 += other.connectionsOverIPv6
        closingSegmentsUp += other.closingSegmentsUp
        closingSegmentsDown += other.closingSegmentsDown
    }

    /// The counts since an earlier reading at the same end.
    package func since(_ earlier: Self) -> Self {
        var result = Self()
        result.bytesUp = bytesUp - earlier.bytesUp
        result.bytesDown = bytesDown - earlier.bytesDown
        result.bytesRetransmitted = bytesRetransmitted - earlier.bytesRetransmitted
        result.segmentsUp = segmentsUp - earlier.segmentsUp
        result.segmentsDown = segmentsDown - earlier.segmentsDown
        result.connections = connections - earlier.connections
        result.connectionsWithTimestamps = connectionsWithTimestamps - earlier.connectionsWithTimestamps
        result.connectionsOverIPv6 = connectionsOverIPv6 - earlier.connectionsOverIPv6
        result.closingSegmentsUp = closingSegmentsUp - earlier.closingSegmentsUp
        result.closingSegmentsDown = closingSegmentsDown - earlier.closingSegmentsDown
        return result
    }

    /// All counts, for range checks.
    package var numbers: [Int64] {
        [
            bytesUp, bytesDown, bytesRetransmitted, segmentsUp, segmentsDown, connections, connectionsWithTimestamps,
            connectionsOverIPv6, closingSegmentsUp, closingSegmentsDown,
        ]
    }

    package func bytes(_ direction: Direction) -> Int64 {
        direction == .up ? bytesUp : bytesDown
    }
}

/// The segments that still follow when one end reads its counters and then closes.
///
/// The rule agrees with captures on loopback (`Tests/Interop/capture_check.py`): the end that closes first sends a FIN
/// and a final ACK; the FIN of the other end acknowledges the first FIN. Early in a connection's life, a kernel sends a
/// separate ACK of the first FIN. The end that closes second counts this ACK, so its counts are exact; those of the
/// first end may lack it.
private struct ClosingSegments {
    let outward: Int64
    let inward: Int64

    init(state: UInt8) {
        switch state {
        // ESTABLISHED: our FIN, the peer's FIN, our last ACK.
        case TCPState.established.rawValue: (outward, inward) = (2, 1)
        // CLOSE_WAIT: our FIN, the peer's last ACK.
        case TCPState.closeWait.rawValue: (outward, inward) = (1, 1)
        // FIN_WAIT_1 and 2: the peer's FIN, our last ACK.
        case 4, 5: (outward, inward) = (1, 1)
        default: (outward, inward) = (0, 0)
        }
    }
}

/// The states of a connection (linux/tcp_states.h) that decide what its counters include.
private enum TCPState: UInt8 {
    case established = 1
    case finWait1 = 4
    case timeWait = 6
    case close = 7
    case closeWait = 8
    case lastACK = 9
    case closing = 11

    /// Whether the peer's FIN has arrived.
    func hasReceivedFIN(closedOrderly: Bool) -> Bool {
        switch self {
        case .timeWait, .closeWait, .lastACK, .closing: true
        case .established, .finWait1: false
        case .close: closedOrderly
        }
    }

    /// Whether our FIN is in the send queue, or was sent and is not acknowledged.
    var hasQueuedFIN: Bool {
        switch self {
        case .finWait1, .lastACK, .closing: true
        case .established, .timeWait, .close, .closeWait: false
        }
    }

    /// Whether the kernel still sends what is in the send queue.
    var sendsWhatIsQueued: Bool {
        switch self {
        case .established, .finWait1, .closeWait, .lastACK, .closing: true
        case .timeWait, .close: false
        }
    }
}
