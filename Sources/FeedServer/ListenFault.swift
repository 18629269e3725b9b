import Glibc
import NIOCore

/// Why the server cannot listen: what to change, in one sentence.
struct ListenFault: Error, Equatable, CustomStringConvertible {
    let description: String

    /// - Parameters:
    ///   - error: What binding the address failed with.
    ///   - host: The address as the user gave it.
    ///   - port: The port as the user gave it.
    init(_ error: any Error, host: String, port: Int) {
        description = Self.sentence(error, host, port)
    }

    private static func sentence(_ error: any Error, _ host: String, _ port: Int) -> String {
        // All else that binding fails with is about the name.
        guard let error = error as? IOError else {
            return
                "cannot listen on \(host):\(port): no address of that name is known; --host takes a name or an address"
        }
        switch error.errnoCode {
        case EADDRINUSE:
            return "cannot listen on \(host):\(port): the port is in use; choose another --port, or 0 for any free one"
        case EADDRNOTAVAIL:
            return
                "cannot listen on \(host):\(port): this machine has no such address; see 'ip address' for those it has"
        case EACCES:
            return "cannot listen on \(host):\(port): ports below 1024 need privileges; choose another --port"
        default: return "cannot listen on \(host):\(port): \(String(cString: strerror(error.errnoCode)))"
        }
    }
}
