import HTTP
import Measurement
import Synchronization

/// The origins whose pages may use the server (RFC 6454). Clients that send no `Origin` always may.
package struct OriginPolicy: Sendable, Equatable {
    /// How a request's origin relates to the server.
    enum Relation: Equatable, Sendable {
        /// The request has no `Origin`, so it does not come from a page.
        case program
        /// A page of this server, under the host name in the request.
        case sameOrigin
        /// A page of an origin that the server's user allowed.
        case allowed(String)
        case foreign
    }

    // In the form that browsers send.
    private let allowed: Set<String>
    /// The port of this server whose pages may use this one, under the same host name; `nil` for none.
    package var pagePort: PagePort?

    /// - Parameter origins: In any case, with or without default port and trailing slash.
    /// - Throws: ``OriginFault`` for the first one that is not an origin.
    package init(allowed origins: [String] = []) throws(OriginFault) {
        var allowed: Set<String> = []
        for origin in origins {
            guard let serialized = Self.serialized(origin) else { throw OriginFault(seen: origin) }
            allowed.insert(serialized)
        }
        self.allowed = allowed
    }

    private init() { allowed = [] }

    /// Allows only pages of the server itself.
    package static let sameOrigin = OriginPolicy()

    func relation(of head: RequestHead) -> Relation {
        guard let range = head.origin else { return .program }
        let origin = head.text(range)
        if allowed.contains(origin) { return .allowed(origin) }
        guard let host = head.host.map({ head.text($0) }), let (scheme, authority) = Self.parts(origin) else {
            return .foreign
        }
        // The scheme is not compared because a proxy before the server may terminate TLS.
        let isSame =
            Self.withoutDefaultPort(authority, scheme) == Self.withoutDefaultPort(host.lowercased(), scheme)
        if isSame { return .sameOrigin }
        return isPage(authority, scheme, host.lowercased()) ? .allowed(origin) : .foreign
    }

    private func isPage(_ authority: String, _ scheme: String, _ host: String) -> Bool {
        guard let port = pagePort?.number, let (name, own) = Self.split(authority) else { return false }
        let number = own.map { Int($0) } ?? Self.defaultPort(scheme)
        return number == port && name == Self.split(host)?.host
    }

    /// - Throws: ``RequestFault`` (403) for a page whose origin is neither the server's nor allowed.
    package func check(_ head: RequestHead) throws(RequestFault) {
        guard relation(of: head) == .foreign, let origin = head.origin else { return }
        throw RequestFault(
            .forbidden,
            "pages of the origin '\(head.text(origin).prefix(100))' may not connect; --allow-origin allows an origin")
    }

    /// The form that browsers send (RFC 6454 §6.1), or `nil` if the text is not an origin.
    private static func serialized(_ text: String) -> String? {
        // Pages from files and sandboxed frames send this.
        if text == "null" { return text }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), let (scheme, rest) = parts(text) else { return nil }
        var authority = rest
        if authority.last == "/" { authority.removeLast() }
        guard scheme.first?.isLetter == true, scheme.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) }),
            let (host, port) = split(authority), isHost(host)
        else { return nil }
        guard let port else { return "\(scheme)://\(host)" }
        guard let number = UInt16(port), number > 0 else { return nil }
        return "\(scheme)://" + withoutDefaultPort("\(host):\(number)", scheme)
    }

    /// Both in lower case; `nil` without "://". Searched by bytes: each request of a browser has an origin.
    private static func parts(_ origin: String) -> (scheme: String, authority: String)? {
        let bytes = origin.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            return nil
        }
        return (origin[..<colon].lowercased(), origin[bytes.index(colon, offsetBy: 3)...].lowercased())
    }

    private static func split(_ authority: String) -> (host: String, port: String?)? {
        let end = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[end...].firstIndex(of: ":") else { return (authority, nil) }
        return (String(authority[..<colon]), String(authority[authority.index(after: colon)...]))
    }

    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        return !host.isEmpty && host.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
    }

    private static func withoutDefaultPort(_ authority: String, _ scheme: String) -> String {
        guard let port = defaultPort(scheme), authority.hasSuffix(":\(port)") else { return authority }
        return String(authority[..<(authority.lastIndex(of: ":") ?? authority.endIndex)])
    }

    private static func defaultPort(_ scheme: String) -> Int? {
        switch scheme {
        case "http": 80
        case "https": 443
        default: nil
        }
    }
}

/// A port of the server that is known only once the server listens on it.
package final class PagePort: Sendable, Equatable {
    private let value = Atomic<Int>(0)

    package init() {}

    /// `nil` before the server listens.
    package var number: Int? {
        let number = value.load(ordering: .acquiring)
        return number > 0 ? number : nil
    }

    package func listens(on port: Int) { value.store(port, ordering: .releasing) }

    package static func == (left: PagePort, right: PagePort) -> Bool { left === right }
}

/// An allowed origin that no page can have.
package struct OriginFault: Error, Equatable, CustomStringConvertible {
    let seen: String

    package var description: String {
        "\(ShownValue.text(seen)); allowed scheme://host[:port] in ASCII, such as https://lab.example:8443, or null"
    }
}
