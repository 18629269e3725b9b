import Glibc

/// Addresses that only this machine can reach.
package enum LoopbackAddress {
    /// Whether a host is 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3) or `localhost` (RFC 6761 §6.3).
    package static func isOne(_ host: String) -> Bool {
        if host == "localhost" { return true }
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, host, &bytes) == 1 && bytes == [UInt8](repeating: 0, count: 15) + [1]
    }
}
