/// The version of HTTP that carries a client, and whether the client has a connection of its own.
package enum HTTPVersion: String, OptionWord {
    /// HTTP/1.1 (RFC 9112): a connection carries one exchange at a time.
    case one = "1.1"
    /// HTTP/2 (RFC 9113), one connection per client.
    case two = "2"
    /// HTTP/2, all clients of a load process on one connection, each on streams of its own.
    case twoShared = "2-shared"

    package static let key = OptionKey<HTTPVersion>(
        "http", default: .one,
        "HTTP/1.1, HTTP/2 with one connection per client, or HTTP/2 with one connection for all clients.")

    package var isHTTP2: Bool { self != .one }

    /// As the column `http_version` has it.
    package var number: String { isHTTP2 ? "2" : "1.1" }

    /// One sentence if other options do not go together with HTTP/2.
    func conflict(in options: TransportOptions) -> String? {
        if isHTTP2, options[RequestProfile.key] == .quantum2009 {
            return "headers is quantum2009, whose heads are HTTP/1.1's; allowed with it is http: 1.1"
        }
        if self == .twoShared, options[PollConnection.key] == .new {
            return "http is 2-shared, which is one connection for all; allowed with it is connection: keep-alive"
        }
        return nil
    }
}
