/// Whether a client that makes a new TLS connection for each poll takes up the session of its last one, by the ticket
/// that the server gave it (RFC 8446 §2.2): the server then sends no certificate and signs nothing.
enum SessionResumption {
    static let key = OptionKey<Bool>(
        "resumption", "Whether a new TLS connection resumes the session of the client's previous one.")

    /// One sentence if there is no session to take up.
    static func conflict(in options: TransportOptions) -> String? {
        guard options[key], !options[Encryption.key] || options[PollConnection.key] != .new else { return nil }
        return "resumption is true, which is for new connections with TLS; add connection: new and tls: true"
    }
}
