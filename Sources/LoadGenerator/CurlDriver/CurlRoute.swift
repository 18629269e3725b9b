import CCurl
import Glibc
import Host
import Transports

/// Where the requests of a fleet go, and whether one multi handle keeps the connections of its clients apart.
///
/// libcurl reuses idle connections by the host name and port of a URL. So the URLs of each client have another host
/// name, which `CURLOPT_RESOLVE` leads to the server, and `Host` is given: the bytes on the wire are those of the
/// server's URL. That does not suit TLS, whose server name is that of the URL; proxies, which are sent the URL's name;
/// and HTTP/2, where a handle with one connection shows which frames are buffered. Their clients have a multi handle
/// each.
struct CurlRoute {
    /// Scheme and authority of the server's URL.
    let base: String
    /// Whether URLs have host names of their clients.
    var keepsApart: Bool { apart != nil }

    private struct Apart {
        /// Host and port of the server as in `Host`.
        let authority: String
        let port: Int
        /// Addresses of the server, or of the simulated network, as in `CURLOPT_RESOLVE`.
        let addresses: String
    }

    private let apart: Apart?

    init(_ plan: LoadPlan) {
        self.init(plan.target, isHTTP2: plan.httpVersion.isHTTP2)
    }

    /// Looks a host name up, once for all clients.
    init(_ target: LoadTarget, isHTTP2: Bool) {
        base = "\(target.tls == nil ? "http" : "https")://\(target.authority)"
        guard Self.mayKeepApart(target, isHTTP2: isHTTP2), let authority = Self.authority(of: base),
            let addresses = Self.addresses(of: target.nearestHost)
        else {
            apart = nil
            return
        }
        apart = Apart(authority: authority, port: target.linkPort ?? target.port, addresses: addresses)
    }

    /// Whether a multi handle keeps the connections of clients of this target apart, if the target's name is usual and
    /// known.
    static func mayKeepApart(_ target: LoadTarget, isHTTP2: Bool) -> Bool {
        target.tls == nil && target.proxy == nil && !isHTTP2
    }

    /// Scheme and authority of a client's URLs.
    func base(ofClient client: Int) -> String {
        apart.map { "http://\(Self.name(client)):\($0.port)" } ?? base
    }

    /// The value of `CURLOPT_RESOLVE` for a client's URLs; `nil` if they have the server's name.
    func resolution(ofClient client: Int) -> String? {
        apart.map { "\(Self.name(client)):\($0.port):\($0.addresses)" }
    }

    /// The field lines of a request, with the line that makes `Host` that of the server.
    ///
    /// - Parameter lines: Those of the client. Its own `Host` stays.
    /// - Returns: What `CURLOPT_HTTPHEADER` gets.
    func fieldLines(_ lines: [String]) -> [String] {
        guard let apart, !lines.contains(where: Self.isHost) else { return lines }
        return ["Host: \(apart.authority)"] + lines
    }

    private static func name(_ client: Int) -> String { "c\(client)" }

    private static func isHost(_ line: String) -> Bool {
        line.prefix { $0 != ":" && $0 != ";" }.lowercased() == "host"
    }

    // Host and port as libcurl would send them: with an address in its usual form, without the scheme's own port.
    // `nil` for a name that libcurl would change.
    private static func authority(of base: String) -> String? {
        guard let url = curl_url() else { return nil }
        defer { curl_url_cleanup(url) }
        guard curl_url_set(url, CURLUPART_URL, base, 0) == CURLUE_OK,
            let host = part(CURLUPART_HOST, of: url, flags: 0), host.utf8.allSatisfy({ $0 < 0x80 }),
            !host.contains("%"), !host.hasSuffix(".")
        else { return nil }
        let port = part(CURLUPART_PORT, of: url, flags: UInt32(CURLU_NO_DEFAULT_PORT))
        return host + (port.map { ":\($0)" } ?? "")
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer, flags: UInt32) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, flags) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// - Returns: The addresses of a host, as libcurl would find them; `nil` without one, and libcurl says why.
    private static func addresses(of host: String) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0 else { return nil }
        defer { freeaddrinfo(found) }
        var texts: [String] = []
        var next = found
        while let address = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let result = getnameinfo(
                address.ai_addr, address.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            // Of a zone (RFC 6874) libcurl takes only the URL's own.
            let numbers = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            if result != 0 || numbers.contains("%") { return nil }
            texts.append(address.ai_family == AF_INET6 ? "[\(numbers)]" : numbers)
            next = address.ai_next
        }
        return texts.isEmpty ? nil : texts.joined(separator: ",")
    }
}
