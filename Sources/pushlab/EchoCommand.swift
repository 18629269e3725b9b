import ArgumentParser
import Arguments
import Foundation
import LoadGenerator

struct EchoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Connects to a WebSocket server and sends every message back until the server closes the connection.",
        discussion: "For conformance suites that test clients. Offers permessage-deflate. Masking keys are random.")

    @Argument(help: "The server: ws://HOST:PORT/PATH?QUERY or wss://….", transform: WebSocketURL.read)
    var url: WebSocketURL

    @OptionGroup var trust: TrustOptions
    @OptionGroup var proxy: ProxyOption

    func run() async throws {
        do {
            let client = try EchoClient(
                host: url.host, port: url.port, target: url.target, tls: try trust.trust(encrypts: url.encrypts),
                proxy: try proxy.address())
            print("\(try await client.run()) messages sent back")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(error)")
        }
    }
}

/// The address of a WebSocket (RFC 6455 §3).
struct WebSocketURL: Equatable {
    let host: String
    let port: Int
    let encrypts: Bool
    /// Path and query.
    let target: String

    static func read(_ text: String) throws -> WebSocketURL {
        let refusal = ValidationError("'\(text)' is not a WebSocket address; allowed is ws://HOST:PORT/PATH")
        // RFC 3986 §3.1: the case of a scheme does not matter.
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty,
            parts.fragment == nil, parts.user == nil
        else { throw refusal }
        guard scheme == "ws" || scheme == "wss" else {
            throw ValidationError("the scheme is '\(scheme)'; allowed is ws://HOST:PORT/PATH or wss://HOST:PORT/PATH")
        }
        let port = parts.port ?? (scheme == "wss" ? 443 : 80)
        guard (1...65_535).contains(port) else { throw refusal }
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        return WebSocketURL(
            host: host.filter { $0 != "[" && $0 != "]" }, port: port, encrypts: scheme == "wss",
            target: path + (parts.percentEncodedQuery.map { "?\($0)" } ?? ""))
    }
}
