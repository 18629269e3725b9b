import Glibc

/// A port of 127.0.0.1 that is kept for another program of this user, one that cannot take any free port by itself.
///
/// It belongs to a socket that never listens. Whoever sets SO_REUSEPORT too may listen there (socket(7)), and nobody
/// else: between the choice of the port and its use no one can take it.
package struct ReservedPort: ~Copyable {
    package let number: Int
    private let descriptor: Int32

    /// - Throws: ``NoFreePort`` if the kernel gives no port.
    package init() throws(NoFreePort) {
        // Not for children: they would keep the port.
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var (shares, address) = (Int32(1), sockaddr_in())
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let socket = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &shares, socklen_t(MemoryLayout<Int32>.size)) == 0
                    && bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        if isBound { return }
        let errorNumber = errno
        Descriptor.close(descriptor)
        throw NoFreePort(errorNumber: errorNumber)
    }

    deinit { Descriptor.close(descriptor) }
}

/// The kernel gave no port.
package struct NoFreePort: Error, Equatable, CustomStringConvertible {
    package let errorNumber: Int32

    package var description: String {
        "there is no free port on 127.0.0.1: \(String(cString: strerror(errorNumber)))"
    }
}
