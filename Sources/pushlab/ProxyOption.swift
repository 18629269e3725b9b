import ArgumentParser
import Foundation
import LoadGenerator
import WebSocketProtocol

/// The proxy that a command's clients go through.
struct ProxyOption: ParsableArguments {
    @Option(
        help: "Go through this HTTP proxy: http://[USER:PASSWORD@]HOST:PORT. The environment's is never used.",
        transform: Self.read)
    var proxy: ProxyAddress?

    static func read(_ text: String) throws -> ProxyAddress {
        guard let parts = URLComponents(string: text), parts.scheme == "http", let host = parts.host, !host.isEmpty,
            let port = parts.port, (1...65_535).contains(port), parts.path.isEmpty || parts.path == "/",
            parts.query == nil, (parts.user == nil) == (parts.password == nil), parts.user?.contains(":") != true
        else {
            throw ValidationError("'\(text)' is no proxy; allowed is http://[USER:PASSWORD@]HOST:PORT")
        }
        let credentials = parts.user.map { ProxyTunnel.Credentials(user: $0, password: parts.password ?? "") }
        return ProxyAddress(host: host.filter { $0 != "[" && $0 != "]" }, port: port, credentials: credentials)
    }
}
