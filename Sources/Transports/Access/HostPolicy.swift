import HTTP
import Measurement
import NIOCore

/// The host names under which the server answers.
///
/// A website may point a host name at this machine (DNS rebinding); the browser then lets its pages read the server's
/// responses. So the server accepts only names that its user configured. IP addresses do not go through DNS, and
/// browsers resolve `localhost` themselves.
package struct HostPolicy: Sendable, Equatable {
    // Lower case.
    private let names: [[UInt8]]

    /// - Parameters:
    ///   - serverHost: The address or name that the server listens on.
    ///   - allowed: Additional names, in any case.
    /// - Throws: ``HostNameFault`` for the first one that is not a host name.
    package init(serverHost: String = "", allowed: [String] = []) throws(HostNameFault) {
        for name in allowed where !Self.isName(name) { throw HostNameFault(seen: name) }
        names = (["localhost", serverHost] + allowed).filter { !$0.isEmpty }.map { Array($0.lowercased().utf8) }
    }

    /// - Throws: ``RequestFault`` (421) if the request's host is not allowed.
    package func check(_ head: RequestHead) throws(RequestFault) {
        // HTTP/1.0 does not require Host, and browsers always send it with a value.
        guard let field = head.host, !field.isEmpty else { return }
        let isKnown = head.bytes.withUnsafeReadableBytes { raw in
            let host = Self.withoutPort(raw, field)
            return Self.isAddress(raw, host) || names.contains { Self.equals(raw, host, $0) }
        }
        if isKnown { return }
        throw RequestFault(
            .misdirectedRequest,
            """
            the Host '\(head.text(field).prefix(100))' is not a name of this server; allowed are IP addresses, \
            localhost and the names given with --host and --allow-host
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

    // No top-level domain is a number, so browsers take a host that ends in a number for an IPv4 address
    // (WHATWG URL §3.5).
    private static func isAddress(_ raw: UnsafeRawBufferPointer, _ host: Range<Int>) -> Bool {
        if host.isEmpty { return false }
        if raw[host.lowerBound] == UInt8(ascii: "[") { return raw[host.upperBound - 1] == UInt8(ascii: "]") }
        return raw[host].allSatisfy { $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") }
    }

    private static func equals(_ raw: UnsafeRawBufferPointer, _ host: Range<Int>, _ name: [UInt8]) -> Bool {
        var host = host
        // A trailing dot only marks a name as fully qualified.
        if host.count == name.count + 1, raw[host.upperBound - 1] == UInt8(ascii: ".") { host = host.dropLast() }
        guard host.count == name.count else { return false }
        for offset in 0..<name.count where raw[host.lowerBound + offset].folded != name[offset] {
            return false
        }
        return true
    }
}

/// An allowed host name that no request can contain.
package struct HostNameFault: Error, Equatable, CustomStringConvertible {
    let seen: String

    package var description: String {
        "\(ShownValue.text(seen)); allowed a host name without scheme, port and path, such as lab.example"
    }
}
