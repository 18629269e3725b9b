/// Host and port as a URL writes them.
package enum URLAuthority {
    /// Puts an IPv6 address in brackets (RFC 3986 §3.2.2).
    package static func text(host: String, port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
