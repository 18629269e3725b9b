import ArgumentParser
import Arguments
import Foundation
import Host
import LoadGenerator
import Measurement

struct EchoCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Connects to a WebSocket server and sends every message back until the server closes the connection.",
        discussion: """
            For conformance suites that test clients. Offers permessage-deflate. Masking keys are random. Ctrl-C \
            closes the WebSocket with 1001, a second one the connection.
            """)

    @Argument(help: "The server: ws://HOST:PORT/PATH?QUERY or wss://….", transform: WebSocketURL.read)
    var url: WebSocketURL

    @OptionGroup var trust: TrustOptions
    @OptionGroup var proxy: ProxyOption

    static let example = "pushlab echo ws://127.0.0.1:8080/echo"

    func run() async throws {
        let (tls, proxy) = (try trust.trust(url), try proxy.address())
        do {
            let client = try EchoClient(
                host: url.host, port: url.port, target: url.target, tls: tls, proxy: proxy)
            let count = try await client.run { stop in StopSignals.whenReceived(stop) }
            print("\(count) messages sent back")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(url.text): \(url.sentence(for: error))")
        }
    }
}

/// The address of a WebSocket (RFC 6455 §3).
struct WebSocketURL: Equatable, TLSAddress {
    static let secureScheme = "wss"
    let host: String
    let port: Int
    let encrypts: Bool
    /// Path and query.
    let target: String

    var text: String {
        "\(encrypts ? "wss" : "ws")://\(URLAuthority.text(host: host, port: port))\(target)"
    }

    private static let form = "ws://HOST:PORT/PATH or wss://HOST:PORT/PATH"

    static func read(_ text: String) throws -> WebSocketURL {
        let refusal = ValidationError("is \(ShownValue.text(text)); allowed \(Self.form)")
        // RFC 3986 §3.1: the case of a scheme does not matter.
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty,
            parts.fragment == nil, parts.user == nil
        else { throw refusal }
        guard scheme == "ws" || scheme == "wss" else {
            throw ValidationError("has the scheme \(scheme); allowed \(Self.form)")
        }
        let port = try Self.port(of: parts, orDefault: scheme == "wss" ? 443 : 80)
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        return WebSocketURL(
            host: host.filter { $0 != "[" && $0 != "]" }, port: port, encrypts: scheme == "wss",
            target: path + (parts.percentEncodedQuery.map { "?\($0)" } ?? ""))
    }
}
