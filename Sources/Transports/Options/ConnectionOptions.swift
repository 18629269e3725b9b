/// The HTTP version of a client's requests, and whether clients share a connection.
package enum HTTPVersion: String, OptionWord {
    /// HTTP/1.1 (RFC 9112): a connection carries one exchange at a time.
    case one = "1.1"
    /// HTTP/2 (RFC 9113), one connection per client.
    case two = "2"
    /// HTTP/2, one connection for all clients of a load process, with separate streams.
    case twoShared = "2-shared"

    package static let key = OptionKey<HTTPVersion>(
        "http", default: .one,
        "HTTP/1.1, HTTP/2 with one connection per client, or HTTP/2 with one connection for all clients."
    )
    .servedByOwnServerOnly()

    package var isHTTP2: Bool { self != .one }

    /// The value of the column `http_version`.
    package var number: String { isHTTP2 ? "2" : "1.1" }

    /// One sentence if other options cannot be combined with HTTP/2.
    func conflict(in options: TransportOptions) -> String? {
        if isHTTP2, options[RequestProfile.key] == .quantum2009 {
            return "headers is quantum2009, which requires HTTP/1.1; set http: 1.1"
        }
        if self == .twoShared, options[PollConnection.key] == .new {
            return "http is 2-shared, which is one connection for all clients; set connection: keep-alive"
        }
        return nil
    }
}

/// Encryption of a client's connections; every transport supports it.
package enum Encryption {
    package static let key = OptionKey<Bool>(
        "tls", isLabOnly: true, "Encrypt the connections with TLS 1.3 and a certificate that the server signs itself."
    )
    .servedByOwnServerOnly()
}
