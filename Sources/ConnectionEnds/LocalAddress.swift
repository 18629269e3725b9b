import Glibc
import NIOCore

extension SocketAddress {
    /// The local address of a socket of IPv4 or IPv6.
    ///
    /// - Throws: `IOError` with the system's error.
    package init(localOf socket: Int32) throws {
        var (storage, length) = (sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
        let result = withUnsafeMutableBytes(of: &storage) { bytes in
            getsockname(socket, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        if result != 0 { throw IOError(errnoCode: errno, reason: "getsockname") }
        let filled = storage
        self = withUnsafeBytes(of: filled) { bytes in
            if filled.ss_family == sa_family_t(AF_INET6) { return SocketAddress(bytes.load(as: sockaddr_in6.self)) }
            return SocketAddress(bytes.load(as: sockaddr_in.self))
        }
    }
}
