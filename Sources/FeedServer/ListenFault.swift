import Glibc
import NIOCore

/// Why the server cannot listen, and what to change, in one sentence.
struct ListenFault: Error, Equatable, CustomStringConvertible {
    let description: String

    /// - Parameters:
    ///   - error: The error of binding the address.
    ///   - host: The address as the user gave it.
    ///   - port: The port as the user gave it.
    init(_ error: any Error, host: String, port: Int) {
        description = Self.sentence(error, host, port)
    }

    private static func sentence(_ error: any Error, _ host: String, _ port: Int) -> String {
        // All other errors concern the host name.
        guard let error = error as? IOError else {
            return "cannot listen on \(host):\(port): the host name is unknown; correct --host, or use an IP address"
        }
        switch error.errnoCode {
        case EADDRINUSE:
            return "cannot listen on \(host):\(port): the port is in use; choose another --port, or 0 for any free one"
        case EADDRNOTAVAIL:
            return "cannot listen on \(host):\(port): this machine lacks that address; 'ip address' lists those it has"
        case EACCES:
            return "cannot listen on \(host):\(port): ports below 1024 need privileges; choose another --port"
        default: return "cannot listen on \(host):\(port): \(String(cString: strerror(error.errnoCode)))"
        }
    }
}
