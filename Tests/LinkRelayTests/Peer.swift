import Glibc
import Measurement
import Synchronization

/// A TCP socket of a test, with blocking calls that give up after 5 s.
final class Peer: Sendable {
    struct Failure: Error { let what: String }

    /// What a read saw.
    enum Seen: Equatable {
        case bytes([UInt8])
        case end
        case reset
        case nothing
    }

    let socket: Int32
    private let isOpen = Atomic<Bool>(true)

    private init(_ socket: Int32) {
        self.socket = socket
        setTimeout(.seconds(5))
    }

    deinit { if isOpen.load(ordering: .relaxed) { close() } }

    /// - Parameters:
    ///   - port: Of 127.0.0.1.
    ///   - prepare: Called with the socket before it connects.
    /// - Throws: ``Failure``.
    convenience init(connectingTo port: Int, _ prepare: (Int32) -> Void = { _ in }) throws {
        let made = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        prepare(made)
        var address = Listener.loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(made, $0, Listener.addressBytes) }
        }
        self.init(made)
        if result != 0 { throw Failure(what: "connect: \(errno)") }
    }

    fileprivate convenience init(acceptedFrom listener: Int32) throws {
        let made = accept(listener, nil, nil)
        if made < 0 { throw Failure(what: "accept: \(errno)") }
        self.init(made)
    }

    func setTimeout(_ time: Duration) {
        let nanoseconds = time.nanoseconds
        var limit = timeval(tv_sec: Int(nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds / 1_000 % 1_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// - Returns: The number of bytes that the kernel took until the time limit.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return sent }
            sent += count
        }
        return sent
    }

    @discardableResult
    func send(_ text: String) -> Int { send(Array(text.utf8)) }

    /// Reads once.
    func read(upTo count: Int = 1 << 16) -> Seen {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = recv(socket, &bytes, count, 0)
        if got > 0 { return .bytes(Array(bytes[..<got])) }
        if got == 0 { return .end }
        return errno == ECONNRESET || errno == EPIPE ? .reset : .nothing
    }

    /// Reads exactly this number of bytes.
    func read(exactly count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = recv(socket, &bytes, count, Int32(MSG_WAITALL))
        if got != count { throw Failure(what: "read \(got) of \(count): \(errno)") }
        return bytes
    }

    func text(_ count: Int) throws -> String { String(decoding: try read(exactly: count), as: UTF8.self) }

    /// Reads to the end or the reset.
    func readAll() -> (bytes: [UInt8], last: Seen) {
        var all: [UInt8] = []
        while true {
            let seen = read()
            guard case .bytes(let bytes) = seen else { return (all, seen) }
            all += bytes
        }
    }

    func sendEnd() { shutdown(socket, Int32(SHUT_WR)) }

    func close() {
        isOpen.store(false, ordering: .relaxed)
        Glibc.close(socket)
    }

    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

/// The server of a test, on a port of 127.0.0.1.
final class Listener {
    let port: Int
    private let socket: Int32
    private var isOpen = true

    static let addressBytes = socklen_t(MemoryLayout<sockaddr_in>.size)

    init() throws {
        let made = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = Self.addressBytes
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(made, $0, length) == 0 && listen(made, 512) == 0 && getsockname(made, $0, &length) == 0
            }
        }
        if !isListening { throw Peer.Failure(what: "listen: \(errno)") }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        socket = made
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close() }

    func accept() throws -> Peer { try Peer(acceptedFrom: socket) }

    func close() {
        if isOpen { Glibc.close(socket) }
        isOpen = false
    }

    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
