import Codecs

/// The proof that a server read the handshake (RFC 6455 §4.2.2).
package enum AcceptKey {
    private static let uniqueIdentifier = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The `Sec-WebSocket-Accept` that answers a `Sec-WebSocket-Key`.
    package static func answering(_ key: String) -> String {
        Base64.encode(SHA1.digest(Array((key + uniqueIdentifier).utf8)))
    }
}
