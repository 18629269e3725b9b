import Arguments
import Host

/// Addresses of the teaching page.
struct PageAddress {
    let host: String
    let port: Int
    let tls: Bool

    /// For a browser on this machine.
    var local: String { Self.url(isAny ? "localhost" : host, port, tls) }

    /// With the token that permits control, as a fragment, which browsers do not send.
    func withControl(_ token: String) -> String { "\(local)#control=\(token)" }

    /// For browsers on other machines.
    ///
    /// - Parameter machine: The addresses of this machine.
    /// - Returns: Empty if the server listens on a loopback address.
    func forOthers(_ machine: [String]) -> [String] {
        if LoopbackAddress.isOne(host) { return [] }
        let hosts = isAny ? machine.filter { host != "0.0.0.0" || !$0.contains(":") } : [host]
        return hosts.map { Self.url($0, port, tls) }
    }

    private var isAny: Bool { ["0.0.0.0", "::"].contains(host) }

    private static func url(_ host: String, _ port: Int, _ tls: Bool) -> String {
        "\(tls ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)/"
    }
}
