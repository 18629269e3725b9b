import WebSocketDrafts

/// What stands between a client and the server, as a scenario names it.
package enum Intermediary: String, CaseIterable, Sendable {
    case direct
    /// A reverse proxy that speaks HTTP/1.1 to the server, as nginx does from 1.29.7 on or when it is told to.
    case nginx
    /// The same, speaking HTTP/1.0 to the server, as nginx did before where nobody told it otherwise.
    case nginxHTTP10 = "nginx-http1.0"

    /// The option that names it.
    package static let option = option([direct, nginx, nginxHTTP10])
    /// The same for a transport that HTTP/1.0 cannot carry.
    package static let optionFromHTTP11On = option([direct, nginx])

    package static let name = "through"

    private static func option(_ allowed: [Intermediary]) -> TransportOption {
        TransportOption(
            name: name, kind: .choice(allowed.map(\.rawValue)), defaultValue: .choice(direct.rawValue),
            summary: "what stands between clients and server: nothing, or nginx as a reverse proxy")
    }

    /// What these options ask for; ``direct`` of a transport that has no such option.
    package init(_ options: TransportOptions) {
        self = options.choice(Self.name).flatMap(Self.init) ?? .direct
    }

    /// One sentence if the other options do not go through it.
    func conflict(in options: TransportOptions) -> String? {
        if self == .direct { return nil }
        if options.flag("tls") {
            return "\(Self.name) is \(rawValue), which is reached without encryption; leave tls out"
        }
        if HTTPVersion(options).isHTTP2 {
            return "\(Self.name) is \(rawValue), which takes HTTP/1.1 from clients; allowed with it is http: 1.1"
        }
        let version = options.webSocketVersion
        if !version.passesProxies {
            return "\(Self.name) is \(rawValue), which changes the head's field lines, and the handshake of "
                + "\(version.rawValue) allows no such change; leave one of them out"
        }
        return nil
    }
}
