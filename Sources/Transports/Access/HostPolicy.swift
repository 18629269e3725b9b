import HTTP
import NIOCore

/// Under which names clients may ask for the server.
///
/// A page may point a name of its own at this machine (DNS rebinding): to the browser, the server's answers are then
/// that page's. So a name counts only if the server's user gave it. IP addresses cannot be pointed elsewhere, and
/// browsers resolve `localhost` themselves.
package struct HostPolicy: Sendable, Equatable {
    // In lower case.
    private let names: [[UInt8]]

    /// - Parameters:
    ///   - serverHost: The address or name that the server listens on.
    ///   - allowed: Further names, in any case.
    /// - Throws: ``HostNameFault`` for the first that is no host name.
    package init(serverHost: String = "", allowed: [String] = []) throws(HostNameFault) {
        for name in allowed where !Self.isName(name) { throw HostNameFault(seen: name) }
        names = (["localhost", serverHost] + allowed).filter { !$0.isEmpty }.map { Array($0.lowercased().utf8) }
    }

    /// - Throws: ``RequestFault`` (421) for a name that is none of the server's.
    package func check(_ head: RequestHead) throws(RequestFault) {
        // HTTP/1.0 needs no Host, and no browser leaves it out or empty.
        guard let field = head.host, !field.isEmpty else { return }
        let isKnown = head.bytes.withUnsafeReadableBytes { raw in
            let host = Self.withoutPort(raw, field)
            return Self.isAddress(raw, host) || names.contains { Self.equals(raw, host, $0) }
        }
        if isKnown { return }
        throw RequestFault(
            .misdirectedRequest,
            """
            the Host '\(head.text(field).prefix(100))' is none of this server's names; allowed are IP addresses, \
            localhost and what --host and --allow-host name
            """)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
    }

    private static func withoutPort(_ raw: UnsafeRawBufferPointer, _ field: Range<Int>) -> Range<Int> {
        var end = field.upperBound
        while end > field.lowerBound, raw[end - 1] >= 0x30, raw[end - 1] <= 0x39 { end -= 1 }
        guard end > field.lowerBound, raw[end - 1] == UInt8(ascii: ":") else { return field }
        return field.lowerBound..<end - 1
    }

    // No top-level domain is a number, so what ends in one is an IPv4 address to every browser (WHATWG URL §3.5).
    private static func isAddress(_ raw: UnsafeRawBufferPointer, _ host: Range<Int>) -> Bool {
        if host.isEmpty { return false }
        if raw[host.lowerBound] == UInt8(ascii: "[") { return raw[host.upperBound - 1] == UInt8(ascii: "]") }
        return raw[host].allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") }
    }

    private static func equals(_ raw: UnsafeRawBufferPointer, _ host: Range<Int>, _ name: [UInt8]) -> Bool {
        var host = host
        // The final dot of a full name says nothing.
        if host.count == name.count + 1, raw[host.upperBound - 1] == UInt8(ascii: ".") { host = host.dropLast() }
        guard host.count == name.count else { return false }
        for offset in 0..<name.count where raw[host.lowerBound + offset].folded != name[offset] {
            return false
        }
        return true
    }
}

/// A name that no request can have.
package struct HostNameFault: Error, Equatable, CustomStringConvertible {
    let seen: String

    package var description: String {
        "'\(seen.prefix(100))'; allowed is a host name without scheme, port and path, such as lab.example"
    }
}
