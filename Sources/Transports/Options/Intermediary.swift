import WebSocketDrafts

/// The proxy between a client and the server, as a scenario names it.
package enum Intermediary: String, OptionWord {
    case direct
    /// A reverse proxy that uses HTTP/1.1 to the server: nginx's default since 1.29.7, a setting before.
    case nginx
    /// A reverse proxy that uses HTTP/1.0 to the server: nginx's default before 1.29.7.
    case nginxHTTP10 = "nginx-http1.0"

    package static let key = makeKey(allowing: [.direct, .nginx, .nginxHTTP10])
    /// For transports that need HTTP/1.1.
    static let http11Key = makeKey(allowing: [.direct, .nginx])

    private static func makeKey(allowing allowed: [Intermediary]) -> OptionKey<Intermediary> {
        OptionKey(
            "through", allowing: allowed, default: .direct, isLabOnly: true,
            "Proxy between clients and server: none, or nginx as a reverse proxy.")
    }

    /// One sentence if the other options do not work through this proxy.
    func conflict(in options: TransportOptions) -> String? {
        if self == .direct { return nil }
        let name = Self.key.option.name
        if options[Encryption.key] {
            return "\(name) is \(rawValue), which does not accept encrypted connections; remove tls"
        }
        if options[HTTPVersion.key].isHTTP2 {
            return "\(name) is \(rawValue), which accepts only HTTP/1.1 from clients; set http: 1.1"
        }
        let version = options.webSocketVersion
        if !version.passesProxies {
            return "\(name) is \(rawValue), which changes request headers, but the handshake of "
                + "\(version.rawValue) does not allow that; remove one of the two options"
        }
        return nil
    }
}
