/// The configuration of HAProxy before several servers with the same feed, one of which may be killed.
struct BalancerConfiguration: ProxyConfiguration, Equatable {
    static let program = HaproxyConfiguration.program
    static let fileName = HaproxyConfiguration.fileName

    let route: ProxyRoute

    var descriptors: Int { HaproxyConfiguration.descriptors(clients: route.clients) }

    func arguments(in folder: String) -> [String] { HaproxyConfiguration.arguments }

    // Each connection or request goes to the next server. One that cannot be reached is tried no second time:
    // `redispatch 1` goes to another at once. `check` connects to each server every 100 ms. Two refusals in a row take
    // a server out, a single one may be a pause of this machine, and one success brings it back. The kernel closes the
    // connections of a killed server, so HAProxy need not end them (`on-marked-down shutdown-sessions`). A request that
    // such a server had already taken is not sent to another (HAProxy's default): clients must cope, not the proxy.
    var text: String {
        HaproxyConfiguration.beginning(clients: route.clients) + """
            listen pushlab
                bind 127.0.0.1:\(route.port) backlog 4096
                balance roundrobin
                option redispatch 1
                default-server check inter 100ms fall 2 rise 1 pool-purge-delay 2h
            \(servers)

            """
    }

    private var servers: String {
        route.serverPorts.enumerated().map { "    server pushlab\($0 + 1) 127.0.0.1:\($1)" }.joined(separator: "\n")
    }
}
