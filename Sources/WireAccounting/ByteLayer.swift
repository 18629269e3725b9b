/// Which part of a conversation a byte belongs to. Every byte belongs to exactly one.
package enum ByteLayer: String, CaseIterable, Sendable, Codable {
    /// The item's own bytes.
    case payload
    /// What the transport adds around items inside a message: separators, `id:` and `data:` fields, length prefixes,
    /// notices.
    case envelope
    /// HTTP chunk sizes and their line ends; of HTTP/2 the headers of DATA frames, and frames that are neither heads
    /// nor content.
    case framing
    /// HTTP request and status lines and header fields of requests that carry the feed; of HTTP/2 the frames that carry
    /// them, compressed.
    case httpHead = "http_head"
    /// WebSocket frame headers of data frames, without the masking key (RFC 6455 §5.2).
    case webSocketFrameHeader = "ws_frame_header"
    /// Masking keys, 4 bytes a frame of the client (RFC 6455 §5.3).
    case webSocketMask = "ws_mask"
    /// Ping, Pong and Close frames, header to payload, without the masking key (RFC 6455 §5.5).
    case webSocketControl = "ws_control"
    /// What is said once to open the way: the WebSocket opening handshake, the first line of raw TCP, the
    /// preface and SETTINGS of HTTP/2.
    case handshake
    /// TLS handshakes and record overhead.
    case tls
    /// TCP and IP headers. Never part of TCP payload, so never part of a sum that the kernel counts.
    case tcpIP = "tcp_ip"

    /// Whether the layer is carried inside TCP segments.
    var isTCPPayload: Bool { self != .tcpIP }

    /// Whether the layer is charged to the items as overhead as a whole. Of TLS only a part is, see
    /// ``ByteLedger/tlsSetupBytes``.
    var isOverhead: Bool {
        switch self {
        case .payload, .handshake, .tls, .tcpIP: false
        case .envelope, .framing, .httpHead, .webSocketFrameHeader, .webSocketMask, .webSocketControl: true
        }
    }
}

/// Seen from the client.
package enum Direction: String, CaseIterable, Sendable, Codable {
    /// From client to server.
    case up
    /// From server to client.
    case down
}

/// How a number of bytes was come by.
package enum Provenance: String, CaseIterable, Sendable, Codable {
    /// The program counted the bytes it wrote or read.
    case counted
    /// The kernel counted them, or they are the difference of a kernel count and a counted one.
    case kernel
    /// Worked out from segment counts, see ``TCPIPEstimate``.
    case estimated
}
