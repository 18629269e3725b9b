/// The configuration of HAProxy as a reverse proxy for one server.
///
/// Other settings keep HAProxy's defaults.
struct HaproxyConfiguration: ProxyConfiguration, Equatable {
    static let program = ProxyProgram(
        name: "haproxy", package: "haproxy", executable: "haproxy", versionArguments: ["-v"], versionMark: "version ",
        complaintMark: "[ALERT]")
    static let fileName = "haproxy.cfg"

    let route: ProxyRoute

    var descriptors: Int { Self.descriptors(clients: route.clients) }

    func arguments(in folder: String) -> [String] { Self.arguments }

    var text: String {
        Self.beginning(clients: route.clients) + """
            listen pushlab
                bind 127.0.0.1:\(route.port) backlog 4096
                server pushlab 127.0.0.1:\(route.serverPort) pool-purge-delay 2h

            """
    }
}

/// What HAProxy needs before any number of servers.
extension HaproxyConfiguration {
    // -db: stay in the foreground, without a master process.
    static let arguments = ["-db", "-f", fileName]

    /// Limit of client connections: two per client, because ended connections are freed late, and 64 for status
    /// requests.
    private static func connections(clients: Int) -> Int { clients * 2 + 64 }

    // HAProxy refuses to start if two descriptors per connection and its own are more than it may open.
    static func descriptors(clients: Int) -> Int { connections(clients: clients) * 2 + 256 }

    /// The sections `global` and `defaults`, and an empty line.
    static func beginning(clients: Int) -> String {
        // The time limits are long so that HAProxy never closes a connection during a run. With `http-reuse always` a
        // new client connection uses an idle connection to the server; otherwise clients that open a connection per
        // request would leave one each. Without `http-no-delay` HAProxy waits for more data before it forwards a chunk.
        """
        global
            maxconn \(connections(clients: clients))

        defaults
            mode http
            timeout connect 5s
            timeout client 2h
            timeout http-request 2h
            timeout http-keep-alive 2h
            timeout server 2h
            timeout tunnel 2h
            option http-no-delay
            http-reuse always


        """
    }
}
