import WebSocketDrafts

/// What stands between a client and the server, as a scenario names it.
package enum Intermediary: String, OptionWord {
    case direct
    /// A reverse proxy that speaks HTTP/1.1 to the server, as nginx does from 1.29.7 on or when it is told to.
    case nginx
    /// The same, speaking HTTP/1.0 to the server, as nginx did before where nobody told it otherwise.
    case nginxHTTP10 = "nginx-http1.0"

    package static let key = makeKey(allowing: [.direct, .nginx, .nginxHTTP10])
    /// The same for a transport that HTTP/1.0 cannot carry.
    package static let keyFromHTTP11On = makeKey(allowing: [.direct, .nginx])

    private static func makeKey(allowing allowed: [Intermediary]) -> OptionKey<Intermediary> {
        OptionKey(
            "through", allowing: allowed, default: .direct, isOfLab: true,
            "What stands between clients and server: nothing, or nginx as a reverse proxy.")
    }

    /// One sentence if the other options do not go through it.
    func conflict(in options: TransportOptions) -> String? {
        if self == .direct { return nil }
        let name = Self.key.option.name
        if options[Encryption.key] {
            return "\(name) is \(rawValue), which is reached without encryption; leave tls out"
        }
        if options[HTTPVersion.key].isHTTP2 {
            return "\(name) is \(rawValue), which takes HTTP/1.1 from clients; allowed with it is http: 1.1"
        }
        let version = options.webSocketVersion
        if !version.passesProxies {
            return "\(name) is \(rawValue), which changes the head's field lines, and the handshake of "
                + "\(version.rawValue) allows no such change; leave one of them out"
        }
        return nil
    }
}
