/// Whether a client that makes a new TLS connection for each poll takes up the session of its last one, by the ticket that
/// the server gave it (RFC 8446 §2.2): the server then sends no certificate and signs nothing.
enum SessionResumption {
    static let option = TransportOption(
        name: "resumption", kind: .flag, defaultValue: .flag(false),
        summary: "whether a new TLS connection takes up the session of the client's last one")

    static func isWanted(_ options: TransportOptions) -> Bool { options.flag(option.name) }

    /// One sentence if there is no session to take up.
    static func conflict(in options: TransportOptions) -> String? {
        guard isWanted(options), !options.flag(TransportOption.tls.name) || PollConnection(options) != .new else {
            return nil
        }
        return "resumption is true, which is for new connections with TLS; add connection: new and tls: true"
    }
}
