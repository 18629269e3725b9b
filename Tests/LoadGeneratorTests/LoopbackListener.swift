import Glibc

/// A TCP socket on a free port of 127.0.0.1, for a test server. The test must close it.
struct LoopbackListener: Sendable {
    struct Failure: Error {}

    let socket: Int32
    let port: Int

    /// - Parameter backlog: Most connections that wait to be accepted; `nil` refuses all, but reserves the port.
    /// - Throws: ``Failure`` if no port is available.
    init(backlog: Int32?) throws {
        let listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        socket = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        if !isBound { throw Failure() }
        if let backlog, listen(listener, backlog) != 0 { throw Failure() }
    }
}
