import NIOCore
import NIOPosix
import WebSocketProtocol

/// How a native client gets to its server: directly or through a proxy, in the open or with TLS.
struct Route: Sendable {
    let host: String
    let port: Int
    private let proxy: ProxyAddress?
    private let tls: ClientTLS?

    /// - Parameters:
    ///   - host: Name or address of the server, without brackets.
    ///   - port: Its port.
    ///   - proxy: Asked for a tunnel to the server; `nil` connects directly.
    ///   - trust: Whom to trust; `nil` for plain TCP.
    ///   - protocols: Offered by ALPN (RFC 7301), the most wanted first; none where nothing is to be agreed on.
    /// - Throws: ``TrustFault``.
    init(
        host: String, port: Int, proxy: ProxyAddress?, trust: TLSTrust?, protocols: [String] = []
    ) throws(TrustFault) {
        self.host = host
        self.port = port
        self.proxy = proxy
        if let trust { tls = try ClientTLS(trusting: trust, host: host, protocols: protocols) } else { tls = nil }
    }

    var isEncrypted: Bool { tls != nil }

    /// Host and port of the server as a URL writes them.
    var authority: String { URLAuthority.text(host: host, port: port) }

    func connect(_ bootstrap: ClientBootstrap) -> EventLoopFuture<any Channel> {
        bootstrap.connect(host: proxy?.host ?? host, port: proxy?.port ?? port)
    }

    /// What stands between the socket and the client, from the socket up.
    ///
    /// - Parameters:
    ///   - wireEnd: Makes what sees TLS' own bytes; not called without TLS.
    ///   - tunnelOpened: Told what a tunnel through the proxy cost, bytes up and down.
    /// - Returns: None for a direct connection in the open.
    /// - Throws: What TLS fails with when it is set up.
    func handlers(
        wireEnd: () -> (any ChannelHandler)?, tunnelOpened: @escaping (Int, Int) -> Void
    ) throws -> [any ChannelHandler] {
        var handlers: [any ChannelHandler] = []
        if let proxy {
            let tunnel = ProxyTunnel(to: authority, credentials: proxy.credentials)
            handlers.append(ProxyTunnelHandler(tunnel, whenOpen: tunnelOpened))
        }
        if let tls {
            if let end = wireEnd() { handlers.append(end) }
            handlers.append(try tls.makeHandler())
        }
        return handlers
    }
}

/// An HTTP proxy between clients and server.
package struct ProxyAddress: Codable, Sendable, Hashable {
    let host: String
    let port: Int
    let credentials: ProxyTunnel.Credentials?

    package init(host: String, port: Int, credentials: ProxyTunnel.Credentials? = nil) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }

    var authority: String { URLAuthority.text(host: host, port: port) }
}
