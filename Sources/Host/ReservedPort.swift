import Glibc

/// A port of 127.0.0.1 reserved for another program of this user that cannot choose a free port itself.
///
/// It is bound to a socket that never listens. Only a socket with the same option may listen there (socket(7)), so no
/// other program can take the port before it is used, and the kernel does not choose it for a connection.
package struct ReservedPort: ~Copyable, Sendable {
    /// The option of the socket that may listen.
    package enum Sharing: Sendable {
        /// SO_REUSEPORT: a socket of this user.
        case port
        /// SO_REUSEADDR, which most servers set: as long as no other socket listens.
        case address

        fileprivate var option: Int32 {
            switch self {
            case .port: SO_REUSEPORT
            case .address: SO_REUSEADDR
            }
        }
    }

    package let number: Int
    private let descriptor: Int32

    /// - Throws: ``NoFreePort`` if the kernel has no free port.
    package init(sharing: Sharing = .port) throws(NoFreePort) {
        // Not inherited: child processes would keep the port.
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var (shares, address) = (Int32(1), sockaddr_in())
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let (socket, option) = (descriptor, sharing.option)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                setsockopt(socket, SOL_SOCKET, option, &shares, socklen_t(MemoryLayout<Int32>.size)) == 0
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

/// The kernel has no free port.
package struct NoFreePort: Error, Equatable, CustomStringConvertible {
    package let errorNumber: Int32

    package var description: String {
        "there is no free port on 127.0.0.1: \(String(cString: strerror(errorNumber)))"
    }
}
