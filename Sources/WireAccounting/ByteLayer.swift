/// The purpose of a byte on a connection. Every byte belongs to exactly one layer.
package enum ByteLayer: String, CaseIterable, Sendable, Codable {
    /// The bytes of the items themselves.
    case payload
    /// What the transport adds around items inside a message: separators, `id:` and `data:` fields, length prefixes,
    /// notices.
    case envelope
    /// HTTP chunk sizes and their line ends. In HTTP/2, the headers of DATA frames, and all frames without fields or
    /// content except SETTINGS.
    case framing
    /// HTTP request lines, status lines and header fields, without opening handshakes. In HTTP/2, the frames that carry
    /// them, compressed by HPACK.
    case httpHead = "http_head"
    /// WebSocket frame headers of data frames, without the masking key (RFC 6455 §5.2).
    case webSocketFrameHeader = "ws_frame_header"
    /// Masking keys, 4 bytes per client frame (RFC 6455 §5.3).
    case webSocketMask = "ws_mask"
    /// Ping, Pong and Close frames with header and payload, without the masking key (RFC 6455 §5.5).
    case webSocketControl = "ws_control"
    /// Bytes that open a connection once: the WebSocket opening handshake, the first line of raw TCP, the preface and
    /// SETTINGS of HTTP/2.
    case handshake
    /// TLS handshakes and record overhead.
    case tls
    /// TCP and IP headers. They are not TCP payload, so sums that are compared with the kernel exclude them.
    case tcpIP = "tcp_ip"

    /// Whether the layer is carried inside TCP segments.
    var isTCPPayload: Bool { self != .tcpIP }

    /// Whether the whole layer is overhead of the items. Of TLS, only a part is overhead, see
    /// ``ByteLedger/tlsSetupBytes``.
    var isOverhead: Bool {
        switch self {
        case .payload, .handshake, .tls, .tcpIP: false
        case .envelope, .framing, .httpHead, .webSocketFrameHeader, .webSocketMask, .webSocketControl: true
        }
    }
}

/// The direction of bytes, as seen from the client.
package enum Direction: String, CaseIterable, Sendable, Codable {
    /// From client to server.
    case up
    /// From server to client.
    case down
}

/// Where a byte count comes from.
package enum Provenance: String, CaseIterable, Sendable, Codable {
    /// PushLab counted the bytes that it wrote or read.
    case counted
    /// The kernel counted them, or they are the difference of a kernel count and a counted one.
    case kernel
    /// Estimated from segment counts, see ``TCPIPEstimate``.
    case estimated
}
