/// Which HTTP carries a client, and whether it has a connection of its own.
package enum HTTPVersion: String, CaseIterable, Sendable {
    /// HTTP/1.1 (RFC 9112): a connection carries one exchange at a time.
    case one = "1.1"
    /// HTTP/2 (RFC 9113), a connection a client.
    case two = "2"
    /// HTTP/2, all clients of a load process on one connection, each on streams of its own.
    case twoShared = "2-shared"

    package static let option = TransportOption(
        name: "http", kind: .choice(allCases.map(\.rawValue)), defaultValue: .choice(one.rawValue),
        summary: "HTTP/1.1; HTTP/2 with a connection a client; HTTP/2 with all clients on one connection")

    package init(_ options: TransportOptions) {
        self = options.choice(Self.option.name).flatMap(Self.init) ?? .one
    }

    package var isHTTP2: Bool { self != .one }

    /// One sentence if other options do not go together with HTTP/2.
    func conflict(in options: TransportOptions) -> String? {
        if isHTTP2, RequestProfile(options) == .quantum2009 {
            return "headers is quantum2009, whose heads are HTTP/1.1's; allowed with it is http: 1.1"
        }
        if self == .twoShared, PollConnection(options) == .new {
            return "http is 2-shared, which is one connection for all; allowed with it is connection: keep-alive"
        }
        return nil
    }
}
