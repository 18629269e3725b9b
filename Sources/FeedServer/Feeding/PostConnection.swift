import Glibc
import Host
import Measurement
import NIOCore

/// A TCP connection whose calls block, with a time limit for each.
final class PostConnection: Sendable {
    /// Why a connection failed, as a part of a sentence.
    struct Fault: Error, Equatable, CustomStringConvertible {
        let reason: String

        var description: String { reason }

        init(reason: String) { self.reason = reason }

        init(_ errorNumber: Int32) {
            switch errorNumber {
            case EAGAIN, EINPROGRESS, ETIMEDOUT:
                reason = "there was no answer within \(PostConnection.patience.components.seconds) s"
            case ECONNREFUSED: reason = "the connection was refused; no server listens there"
            case ECONNRESET, EPIPE: reason = "the server ended the connection without an answer"
            default: reason = String(cString: strerror(errorNumber))
            }
        }
    }

    /// Longest wait for a connection, for room to write, and for bytes of an answer.
    static let patience = Duration.seconds(10)

    private let socket: Int32

    /// Connects to the first address of the host that accepts.
    init(host: String, port: Int) throws(Fault) {
        socket = try Self.open(host, port)
    }

    deinit { Descriptor.close(socket) }

    private static func open(_ host: String, _ port: Int) throws(Fault) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &first) == 0, let first else {
            throw Fault(reason: "the host name is unknown")
        }
        defer { freeaddrinfo(first) }
        var fault = Fault(reason: "the host has no address")
        for address in sequence(first: first, next: { $0.pointee.ai_next }) {
            do throws(Fault) {
                return try connect(address.pointee)
            } catch {
                fault = error
            }
        }
        throw fault
    }

    private static func connect(_ address: addrinfo) throws(Fault) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(address.ai_family, type, 0)
        guard socket >= 0 else { throw Fault(errno) }
        var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        // The limit for writing also holds for connecting (socket(7)).
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        var isOn: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
        guard Glibc.connect(socket, address.ai_addr, address.ai_addrlen) == 0 else {
            let fault = Fault(errno)
            Descriptor.close(socket)
            throw fault
        }
        return socket
    }

    /// Whether the server has closed the connection, or has sent what no request asked for. A request on it would be
    /// lost.
    var isStale: Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) >= 0 || errno != EAGAIN
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8]) throws(Fault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { throw Fault(errno) }
        }
    }

    /// Waits for bytes.
    ///
    /// - Returns: At least one byte; empty when the server has closed the connection.
    func read() throws(Fault) -> ByteBuffer {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            if count >= 0 { return ByteBuffer(bytes: chunk[..<count]) }
            if errno != EINTR { throw Fault(errno) }
        }
    }
}
