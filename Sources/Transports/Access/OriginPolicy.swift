import HTTP

/// Pages of which origins may use the server (RFC 6454). Programs send no `Origin` and always may.
package struct OriginPolicy: Sendable, Equatable {
    /// Where a request comes from.
    enum Relation: Equatable, Sendable {
        /// No page: the request has no `Origin`.
        case program
        /// A page of this server, under the name that the request asks for.
        case sameOrigin
        /// A page of an origin that the server's user allowed.
        case allowed(String)
        case foreign
    }

    // As browsers write them.
    private let allowed: Set<String>

    /// - Parameter origins: In any case, with or without default port and final slash.
    /// - Throws: ``OriginFault`` for the first that no page can have.
    package init(allowed origins: [String] = []) throws(OriginFault) {
        var allowed: Set<String> = []
        for origin in origins {
            guard let serialized = Self.serialized(origin) else { throw OriginFault(seen: origin) }
            allowed.insert(serialized)
        }
        self.allowed = allowed
    }

    private init() { allowed = [] }

    /// Only pages of the server itself.
    package static let sameOrigin = OriginPolicy()

    func relation(of head: RequestHead) -> Relation {
        guard let range = head.origin else { return .program }
        let origin = head.text(range)
        if allowed.contains(origin) { return .allowed(origin) }
        guard let host = head.host.map({ head.text($0) }), let separator = origin.firstRange(of: "://") else {
            return .foreign
        }
        // The scheme is not compared: in front of the server, a proxy may speak TLS.
        let scheme = origin[..<separator.lowerBound].lowercased()
        let authority = origin[separator.upperBound...].lowercased()
        let isSame =
            Self.withoutDefaultPort(authority, scheme) == Self.withoutDefaultPort(host.lowercased(), scheme)
        return isSame ? .sameOrigin : .foreign
    }

    /// - Throws: ``RequestFault`` (403) for a page of an origin that is neither the server's nor allowed.
    package func check(_ head: RequestHead) throws(RequestFault) {
        guard relation(of: head) == .foreign, let origin = head.origin else { return }
        throw RequestFault(
            .forbidden,
            "pages of the origin '\(head.text(origin).prefix(100))' may not connect; --allow-origin lets them")
    }

    /// The form that browsers send (RFC 6454 §6.1), or `nil` if the text is no origin.
    private static func serialized(_ text: String) -> String? {
        // What pages from files and sandboxed frames send.
        if text == "null" { return text }
        guard let separator = text.firstRange(of: "://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return nil
        }
        let scheme = text[..<separator.lowerBound].lowercased()
        var authority = text[separator.upperBound...].lowercased()
        if authority.last == "/" { authority.removeLast() }
        guard scheme.first?.isLetter == true, scheme.allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) }),
            let (host, port) = split(authority), isHost(host)
        else { return nil }
        guard let port else { return "\(scheme)://\(host)" }
        guard let number = UInt16(port), number > 0 else { return nil }
        return "\(scheme)://" + withoutDefaultPort("\(host):\(number)", scheme)
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
        let suffix = ["http": ":80", "https": ":443"][scheme]
        guard let suffix, authority.hasSuffix(suffix) else { return authority }
        return String(authority.dropLast(suffix.count))
    }
}

/// An origin that no page can have.
package struct OriginFault: Error, Equatable, CustomStringConvertible {
    let seen: String

    package var description: String {
        "'\(seen.prefix(100))'; allowed is scheme://host[:port] in ASCII, such as https://lab.example:8443, or null"
    }
}
