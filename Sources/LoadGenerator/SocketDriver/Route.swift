import Host
import NIOCore
import NIOPosix
import WebSocketProtocol

/// The route of a native client to its server: directly or through a proxy, in plaintext or with TLS.
struct Route: Sendable {
    let host: String
    let port: Int
    private let proxy: ProxyAddress?
    private let linkPort: Int?
    private let tls: ClientTLS?

    /// - Parameters:
    ///   - host: Name or address of the server, without brackets.
    ///   - port: Its port.
    ///   - proxy: Proxy that opens a tunnel to the server; `nil` connects directly.
    ///   - linkPort: Port of a simulated network on 127.0.0.1 to connect to instead; `nil` for none.
    ///   - trust: Trusted certificates; `nil` for plain TCP.
    ///   - protocols: Offered by ALPN (RFC 7301), preferred first; empty to offer none.
    /// - Throws: ``TrustFault``.
    init(
        host: String, port: Int, proxy: ProxyAddress?, linkPort: Int? = nil, trust: TLSTrust?, protocols: [String] = []
    ) throws(TrustFault) {
        self.host = host
        self.port = port
        self.proxy = proxy
        self.linkPort = linkPort
        if let trust { tls = try ClientTLS(trusting: trust, host: host, protocols: protocols) } else { tls = nil }
    }

    var isEncrypted: Bool { tls != nil }

    /// Host and port of the server as a URL writes them.
    var authority: String { URLAuthority.text(host: host, port: port) }

    /// - Parameters:
    ///   - bootstrap: What makes the channel.
    ///   - source: The address that the connection comes from; `nil` if the kernel chooses it.
    /// - Returns: The connection to the server, the proxy or the simulated network.
    func connect(_ bootstrap: ClientBootstrap, from source: LoopbackSource? = nil) -> EventLoopFuture<any Channel> {
        let bootstrap = bootstrap.bound(to: source)
        if let linkPort { return bootstrap.connect(host: LoadTarget.linkHost, port: linkPort) }
        return bootstrap.connect(host: proxy?.host ?? host, port: proxy?.port ?? port)
    }

    /// The handlers between the socket and the client, lowest first.
    ///
    /// - Parameters:
    ///   - wireEnd: Makes the handler below TLS, which sees TLS' bytes; not called without TLS.
    ///   - tunnelOpened: Called with the bytes up and down that opened a tunnel through the proxy.
    /// - Returns: An empty array for a direct connection in plaintext.
    /// - Throws: If TLS cannot be set up.
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

extension ClientBootstrap {
    fileprivate func bound(to source: LoopbackSource?) -> ClientBootstrap {
        guard let source, let address = try? SocketAddress(ipAddress: source.text, port: 0) else { return self }
        let choosesPortLater = ChannelOptions.Types.SocketOption(
            level: .ip, name: NIOBSDSocket.Option(rawValue: LoopbackSource.choosesPortLater))
        return channelOption(choosesPortLater, value: 1).bind(to: address)
    }
}

/// An HTTP proxy between clients and server.
package struct ProxyAddress: Codable, Sendable, Hashable {
    package let host: String
    package let port: Int
    let credentials: ProxyTunnel.Credentials?

    package init(host: String, port: Int, credentials: ProxyTunnel.Credentials? = nil) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }

    var authority: String { URLAuthority.text(host: host, port: port) }
}
