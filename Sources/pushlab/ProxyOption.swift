import ArgumentParser
import Foundation
import Host
import LoadGenerator
import Measurement
import ResultFiles
import WebSocketProtocol

/// The proxy that a command's clients go through.
struct ProxyOption: ParsableArguments {
    static let variable = "PUSHLAB_PROXY"

    // Without a transform, since the error of a transform would show the password.
    @Option(
        help: ArgumentHelp(
            """
            Connect through this HTTP proxy: http://[USER:PASSWORD@]HOST:PORT. Other users of the machine see command \
            lines (ps): give a password by --proxy-file or in \(Self.variable). http_proxy and the like are ignored.
            """, valueName: "url"))
    var proxy: String?

    @Option(help: ArgumentHelp("Read the proxy's address from the first line of this file.", valueName: "file"))
    var proxyFile: String?

    func validate() throws { _ = try address() }

    /// - Returns: `nil` if neither the options nor ``variable`` name a proxy.
    /// - Throws: `ValidationError` that shows no password.
    func address() throws -> ProxyAddress? {
        if proxy != nil, proxyFile != nil {
            throw ValidationError("--proxy and --proxy-file exclude each other; give one")
        }
        if let proxy { return try Self.read(proxy, from: "--proxy") }
        if let proxyFile {
            let bytes: [UInt8]
            do { bytes = try TextFile.readBytes(proxyFile) } catch { throw ValidationError("--proxy-file: \(error)") }
            let text = String(decoding: bytes, as: UTF8.self)
            return try Self.read(text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "", from: proxyFile)
        }
        guard let text = ProcessInfo.processInfo.environment[Self.variable], !text.isEmpty else { return nil }
        return try Self.read(text, from: Self.variable)
    }

    private static func read(_ text: String, from place: String) throws -> ProxyAddress {
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "http", let host = parts.host,
            !host.isEmpty, let port = parts.port, (1...65_535).contains(port), parts.path.isEmpty || parts.path == "/",
            parts.query == nil, (parts.user == nil) == (parts.password == nil), parts.user?.contains(":") != true
        else {
            let shown = MaskedCommandLine.word(text)
            throw ValidationError(
                "\(place) is \(ShownValue.text(shown)); allowed http://[USER:PASSWORD@]HOST:PORT")
        }
        let credentials = parts.user.map { ProxyTunnel.Credentials(user: $0, password: parts.password ?? "") }
        return ProxyAddress(host: host.filter { $0 != "[" && $0 != "]" }, port: port, credentials: credentials)
    }
}
