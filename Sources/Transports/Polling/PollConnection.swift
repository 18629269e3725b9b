/// Whether a polling client keeps its connection between requests.
package enum PollConnection: String, OptionWord {
    case keepAlive = "keep-alive"
    /// A new connection per request; the client sends `Connection: close` (RFC 9112 §9.6).
    case new

    package static let key = OptionKey<PollConnection>(
        "connection", default: .keepAlive,
        "Whether a client keeps its connection or opens a new one for each request.")

    var fieldLines: [String] { self == .new ? ["Connection: close"] : [] }
}

/// Whether a client that opens a new TLS connection per poll resumes its last session with the server's ticket
/// (RFC 8446 §2.2). The server then sends no certificate and computes no signature.
enum SessionResumption {
    static let key = OptionKey<Bool>(
        "resumption", "Whether a new TLS connection resumes the session of the client's previous one."
    )
    .servedByOwnServerOnly()

    /// One sentence if no session can be resumed.
    static func conflict(in options: TransportOptions) -> String? {
        guard options[key], !options[Encryption.key] || options[PollConnection.key] != .new else { return nil }
        return "resumption is true, which requires new connections with TLS; add connection: new and tls: true"
    }
}
