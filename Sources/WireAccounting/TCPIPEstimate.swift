/// Estimates the TCP and IP header bytes of connections from their segment counts.
///
/// A segment has an IPv4 header of 20 bytes (RFC 791 §3.1, without options) or an IPv6 header of 40 (RFC 8200 §3), a
/// TCP header of 20 (RFC 9293 §3.1), and options. Linux writes (`tcp_options_write`, net/ipv4/tcp_output.c):
/// - on every segment with negotiated timestamps: 12 = timestamps 10 (RFC 7323 §3.2) + 2 no-operations; else 0;
/// - on SYN and SYN-ACK with timestamps: 20 = maximum segment size 4 + SACK permitted 2 (RFC 2018 §2) + timestamps 10 +
///   no-operation 1 + window scale 3 (RFC 7323 §2.2); else 12, with SACK permitted padded to 4.
///
/// Segments of the close that pass after the counters were read are added by rule (``KernelCount``).
///
/// Not counted: SACK blocks on duplicate ACKs (loss only) and Ethernet framing. On loopback a segment has up to
/// 65,483 B (MTU 65,536), so there are fewer segments than on Ethernet. None is split or joined on the way, so a
/// capture shows the segments that the kernel counts. On a network card with segmentation offload, a capture shows
/// fewer and larger segments than the kernel counts; those of the kernel are on the wire.
package struct TCPIPEstimate: Sendable, Hashable {
    enum IPVersion: Sendable, Hashable {
        case v4, v6

        var headerBytes: Int64 {
            switch self {
            case .v4: 20
            case .v6: 40
            }
        }
    }

    let ipVersion: IPVersion
    /// Whether both ends negotiated TCP timestamps (`tcpi_options` bit 0), as Linux does by default.
    let timestamps: Bool

    init(ipVersion: IPVersion, timestamps: Bool) {
        self.ipVersion = ipVersion
        self.timestamps = timestamps
    }

    /// For the connections of a count, which all have the same options: one server, one kernel at each end.
    package init(for count: KernelCount) {
        self.init(
            ipVersion: count.connectionsOverIPv6 > 0 ? .v6 : .v4,
            timestamps: count.connections == 0 || count.connectionsWithTimestamps > 0)
    }

    /// Header bytes in one direction. Each connection has one SYN up and one SYN-ACK down.
    package func headerBytes(of count: KernelCount, _ direction: Direction) -> Int64 {
        let counted = direction == .up ? count.segmentsUp : count.segmentsDown
        let closing = direction == .up ? count.closingSegmentsUp : count.closingSegmentsDown
        let openings = min(count.connections, counted)
        return (counted + closing) * (ipVersion.headerBytes + Self.tcpHeaderBytes + optionBytes)
            + openings * (openingOptionBytes - optionBytes)
    }

    /// Header bytes of both directions, retransmitted segments included.
    package func headerBytes(of count: KernelCount) -> Int64 {
        headerBytes(of: count, .up) + headerBytes(of: count, .down)
    }

    private static let tcpHeaderBytes: Int64 = 20
    private var optionBytes: Int64 { timestamps ? 12 : 0 }
    private var openingOptionBytes: Int64 { timestamps ? 20 : 12 }
}
