import Glibc

/// An address of 127.0.0.0/8 that a connection comes from.
///
/// For connections from one address to one port, the kernel has about 28,000 ports (`ip_local_port_range` in ip(7)).
/// The loopback device has all addresses of 127.0.0.0/8, so connections from several of them may be as many as needed.
package struct LoopbackSource: Hashable, Sendable {
    // In the byte order of this machine.
    private let address: UInt32

    /// Clients with the same address. Fewer than its ports, because some hold ports for two connections: a client that
    /// comes back while its last connection ends, or another run at the same time.
    static let clientsPerAddress = 10_000

    // 127.0.0.1, which the kernel chooses by itself.
    private static let usual: UInt32 = 0x7f00_0001
    private static let network: UInt32 = 0x7f

    /// The address of a client: 127.0.0.2 for the second 10,000, 127.0.0.3 for the third, and so on; `nil` if the
    /// kernel chooses it: for the first 10,000 clients, and for a host that is a name or has an address outside of
    /// 127.0.0.0/8.
    ///
    /// - Parameters:
    ///   - client: Its index among all clients of a run, up to 10,000,000.
    ///   - host: What it connects to.
    package init?(ofClient client: Int, to host: String) {
        let number = client / Self.clientsPerAddress
        guard number > 0, number <= 1_000, let address = Self.number(host), Self.isLoopback(address) else { return nil }
        self.address = Self.usual + UInt32(number)
    }

    /// The address that the peer of a connection has; `nil` if it is 127.0.0.1, or none of 127.0.0.0/8.
    ///
    /// - Parameter socket: A connected socket.
    package init?(ofPeerOf socket: Int32) {
        var (peer, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        let result = withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &length) }
        }
        let address = UInt32(bigEndian: peer.sin_addr.s_addr)
        guard result == 0, peer.sin_family == sa_family_t(AF_INET), Self.isLoopback(address), address != Self.usual
        else { return nil }
        self.address = address
    }

    /// `127.0.0.2`.
    package var text: String {
        stride(from: 24, through: 0, by: -8).map { "\(address >> UInt32($0) & 0xff)" }.joined(separator: ".")
    }

    /// Gives the address to a socket that is not connected yet. The kernel chooses its port when it connects. If the
    /// system has no such address, the kernel chooses the address too.
    ///
    /// - Parameter socket: An IPv4 socket that will connect to an address of 127.0.0.0/8.
    package func bind(_ socket: Int32) {
        var later: Int32 = 1
        // Otherwise the kernel chooses a port now that no other connection has, whatever the other end.
        setsockopt(socket, Int32(IPPROTO_IP), Self.choosesPortLater, &later, socklen_t(MemoryLayout<Int32>.size))
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_addr.s_addr = address.bigEndian
        withUnsafePointer(to: own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = Glibc.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// The socket option `IP_BIND_ADDRESS_NO_PORT` of ip(7).
    package static let choosesPortLater = Int32(IP_BIND_ADDRESS_NO_PORT)

    /// Whether connections to an address can come from one of these.
    package static func reaches(_ address: UnsafePointer<sockaddr>) -> Bool {
        guard Int32(address.pointee.sa_family) == AF_INET else { return false }
        return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            isLoopback(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
        }
    }

    private static func isLoopback(_ address: UInt32) -> Bool { address >> 24 == network }

    private static func number(_ host: String) -> UInt32? {
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
    }
}
