import ArgumentParser
import Foundation

/// The base address of a server: `http://HOST:PORT` or `https://HOST:PORT`.
struct ServerURL: Equatable {
    let host: String
    let port: Int
    let encrypts: Bool

    /// - Throws: `ValidationError` that says what was seen and what is allowed.
    static func read(_ text: String) throws -> ServerURL {
        // RFC 3986 §3.1: the case of a scheme does not matter.
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty
        else { throw refusal(text) }
        guard scheme == "http" || scheme == "https" else {
            throw ValidationError("the scheme is '\(scheme)'; allowed is http://HOST:PORT or https://HOST:PORT")
        }
        guard parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.user == nil,
            parts.fragment == nil
        else {
            throw ValidationError("'\(text)' has more than host and port; allowed is http://HOST:PORT without a path")
        }
        let port = parts.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { throw refusal(text) }
        return ServerURL(host: host.filter { $0 != "[" && $0 != "]" }, port: port, encrypts: scheme == "https")
    }

    private static func refusal(_ text: String) -> ValidationError {
        ValidationError("'\(text)' is not an address; allowed is http://HOST:PORT, such as http://127.0.0.1:8080")
    }
}
