import ArgumentParser
import Foundation
import Host
import LoadGenerator
import Measurement

/// The base address of a server: `http://HOST:PORT` or `https://HOST:PORT`.
struct ServerURL: Equatable, TLSAddress {
    static let secureScheme = "https"
    let host: String
    let port: Int
    let encrypts: Bool

    var text: String { "\(encrypts ? "https" : "http")://\(URLAuthority.text(host: host, port: port))" }

    /// - Throws: `ValidationError` that says what was seen and what is allowed, without naming the option.
    static func read(_ text: String) throws -> ServerURL {
        // RFC 3986 §3.1: the case of a scheme does not matter.
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty
        else { throw ValidationError("is \(ShownValue.text(text)); allowed \(form)\(suggestion(for: text))") }
        guard scheme == "http" || scheme == "https" else {
            let webSocket = scheme.hasPrefix("ws") ? "; use http:// for --transport websocket too" : ""
            throw ValidationError("has the scheme \(scheme); allowed \(form)\(webSocket)")
        }
        let port = try port(of: parts, orDefault: scheme == "https" ? 443 : 80)
        guard parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.user == nil,
            parts.fragment == nil
        else {
            throw ValidationError("has more than host and port; allowed \(form); the transport sets the path")
        }
        return ServerURL(host: host.filter { $0 != "[" && $0 != "]" }, port: port, encrypts: scheme == "https")
    }

    private static let form = "http://HOST:PORT or https://HOST:PORT"

    private static func suggestion(for text: String) -> String {
        let whole = "http://\(text)"
        return text.contains(":") && !text.contains("/") && (try? read(whole)) != nil ? "; did you mean \(whole)?" : ""
    }
}

/// The address of a server that may use TLS.
protocol TLSAddress {
    static var secureScheme: String { get }
    var host: String { get }
    var port: Int { get }
    var encrypts: Bool { get }
}

extension TLSAddress {
    /// The sentence of a connection's error; if no server listens there, also how to start one.
    func sentence(for error: any Error) -> String {
        guard "\(error)".contains(NetworkErrorText.refused) else { return "\(error)" }
        return "\(error); start one: pushlab-server --port \(port)\(encrypts ? " --tls self-signed" : "")"
    }

    /// The same address with TLS.
    var secureText: String { "\(Self.secureScheme)://\(URLAuthority.text(host: host, port: port))" }

    /// - Throws: `ValidationError` if the port is not one of TCP.
    static func port(of parts: URLComponents, orDefault standard: Int) throws -> Int {
        let port = parts.port ?? standard
        guard (1...65_535).contains(port) else { throw ValidationError("has port \(port); allowed 1 to 65535") }
        return port
    }
}
