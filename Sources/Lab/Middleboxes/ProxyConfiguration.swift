import Transports

/// The configuration of a reverse proxy. All files of the proxy are in one folder, which is its working
/// directory too.
protocol ProxyConfiguration: Sendable {
    static var program: ProxyProgram { get }

    /// The name of the configuration's file in the folder.
    static var fileName: String { get }

    var route: ProxyRoute { get }

    /// The configuration's file. It makes the proxy write errors to standard error.
    var text: String { get }

    /// The command line after the program's path, with which it stays in the foreground.
    ///
    /// - Parameter folder: The folder of all files of the proxy.
    /// - Returns: Without the program.
    func arguments(in folder: String) -> [String]

    /// File descriptors that the proxy needs.
    var descriptors: Int { get }
}

extension ProxyConfiguration {
    // One connection per client to each side, doubled because proxies free ended connections late, and 64 for status
    // requests.
    var descriptors: Int { route.clients * 4 + 64 }
}

/// Where a reverse proxy listens, what it connects to, and for how many clients. Both ends are on 127.0.0.1.
struct ProxyRoute: Equatable, Sendable {
    /// The port on which the proxy listens for clients. A socket that does not listen may reserve it, so the proxy
    /// must set SO_REUSEPORT.
    let port: Int
    /// The ports on which the servers listen, at least one.
    let serverPorts: [Int]
    let clients: Int

    /// The port of the only server, or of the first one.
    var serverPort: Int { serverPorts[0] }
}

extension Intermediary {
    /// The program; `nil` without a proxy.
    var program: ProxyProgram? {
        switch self {
        case .direct: nil
        case .nginx, .nginxHTTP10: NginxConfiguration.program
        case .haproxy: HaproxyConfiguration.program
        case .apache: ApacheConfiguration.program
        case .caddy: CaddyConfiguration.program
        }
    }

    /// - Returns: `nil` without a proxy.
    func configuration(for route: ProxyRoute) -> (any ProxyConfiguration)? {
        switch self {
        case .direct: nil
        case .nginx: NginxConfiguration(route: route, upstreamVersion: .http11)
        case .nginxHTTP10: NginxConfiguration(route: route, upstreamVersion: .http10)
        case .haproxy: HaproxyConfiguration(route: route)
        case .apache: ApacheConfiguration(route: route)
        case .caddy: CaddyConfiguration(route: route)
        }
    }
}
