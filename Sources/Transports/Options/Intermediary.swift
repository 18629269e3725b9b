import WebSocketDrafts

/// The proxy between a client and the server, as a scenario names it.
package enum Intermediary: String, OptionWord {
    case direct
    /// A reverse proxy that uses HTTP/1.1 to the server: nginx's default since 1.29.7, a setting before.
    case nginx
    /// A reverse proxy that uses HTTP/1.0 to the server: nginx's default before 1.29.7.
    case nginxHTTP10 = "nginx-http1.0"
    /// HAProxy, with HTTP/1.1 to the server.
    case haproxy
    /// The Apache HTTP Server with mod_proxy_http, with HTTP/1.1 to the server.
    case apache
    /// Caddy, with HTTP/1.1 to the server.
    case caddy

    package static let key = makeKey(allowing: allCases)
    /// For transports that need HTTP/1.1.
    static let http11Key = makeKey(allowing: allCases.filter { $0 != .nginxHTTP10 })

    private static func makeKey(allowing allowed: [Intermediary]) -> OptionKey<Intermediary> {
        OptionKey(
            "through", allowing: allowed, default: .direct, isLabOnly: true,
            otherWords: ["httpd": .apache, "apache2": .apache, "none": .direct],
            "Reverse proxy between clients and server, which the lab starts; `direct`: none.")
    }

    /// Whether the proxy holds a response of unknown length until its buffer is full, unless the server forbids that.
    package var holdsStreams: Bool { self == .nginxHTTP10 }

    /// The name of the proxy's program; `nil` without a proxy.
    package var programName: String? {
        switch self {
        case .direct: nil
        case .nginx, .nginxHTTP10: Self.nginx.rawValue
        case .haproxy, .apache, .caddy: rawValue
        }
    }

    /// One sentence if the other options do not work through this proxy.
    func conflict(in options: TransportOptions) -> String? {
        reason(against: options).map { "\(Self.key.option.name) is \(rawValue), \($0)" }
    }

    /// Why the other options do not work through this proxy, as the rest of a sentence after its name; otherwise `nil`.
    package func reason(against options: TransportOptions) -> String? {
        if self == .direct { return nil }
        if options[Encryption.key] { return "which does not accept encrypted connections; remove tls" }
        if options[HTTPVersion.key].isHTTP2 { return "which accepts only HTTP/1.1 from clients; set http: 1.1" }
        let version = options.webSocketVersion
        if !version.passesProxies {
            return "which changes request headers, but the handshake of \(version.rawValue) does not allow that; "
                + "remove one of the two options"
        }
        return nil
    }
}
