import WebSocketProtocol

/// An HTTP proxy between clients and server.
package struct ProxyAddress: Codable, Sendable, Hashable {
    package let host: String
    package let port: Int
    package let credentials: ProxyTunnel.Credentials?

    package init(host: String, port: Int, credentials: ProxyTunnel.Credentials? = nil) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }

    var authority: String { URLAuthority.text(host: host, port: port) }
}
