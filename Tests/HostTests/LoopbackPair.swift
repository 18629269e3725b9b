import Glibc

/// A TCP connection of this process with itself.
final class LoopbackPair {
    struct Failure: Error { let what: String }

    let client: Int32
    private(set) var server: Int32

    /// - Parameter prepare: Called with the client's socket before it connects.
    /// - Throws: ``Failure``.
    init(_ prepare: (Int32) -> Void = { _ in }) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let socket = client
        prepare(socket)
        let isConnected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
                    && connect(socket, $0, length) == 0
            }
        }
        server = accept(listener, nil, nil)
        if !isConnected || server < 0 { throw Failure(what: "no loopback connection: \(errno)") }
    }

    /// The local port of the client.
    var clientPort: Int {
        var (own, length) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
        withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(client, $0, &length) }
        }
        return Int(UInt16(bigEndian: own.sin_port))
    }

    deinit {
        close(client)
        if server >= 0 { close(server) }
    }

    /// Closes the server's end with a reset.
    func resetFromServer() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(server, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(server)
        server = -1
    }

    /// Closes the server's end in order.
    func closeServer() {
        close(server)
        server = -1
    }

    /// Sends in pieces smaller than the socket's buffer; each is read before the next is sent.
    func send(_ count: Int, from sender: Int32, to receiver: Int32) throws {
        let piece = [UInt8](repeating: 1, count: 10_000)
        var left = count
        while left > 0 {
            let now = min(left, piece.count)
            if Glibc.send(sender, piece, now, 0) != now { throw Failure(what: "send: \(errno)") }
            try read(now, at: receiver)
            left -= now
        }
    }

    func read(_ count: Int, at receiver: Int32) throws {
        var buffer = [UInt8](repeating: 0, count: count)
        if recv(receiver, &buffer, count, Int32(MSG_WAITALL)) != count { throw Failure(what: "recv: \(errno)") }
    }

    /// Sends until the client's receive buffer and the server's send buffer are full.
    ///
    /// - Returns: Number of bytes that the server's socket has taken.
    func fillServerQueue() -> Int {
        let bytes = [UInt8](repeating: 0x61, count: 1 << 16)
        var total = 0
        while true {
            let count = Glibc.send(server, bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count < 0 { return total }
            total += count
        }
    }

    /// Reads at the client until the server's end; at most 5 s for each read.
    func readToEnd() throws -> Int {
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        var total = 0
        while true {
            let count = recv(client, &bytes, bytes.count, 0)
            if count < 0 { throw Failure(what: "recv: \(errno)") }
            if count == 0 { return total }
            total += count
        }
    }

    /// Sends bytes to the client that stay unread.
    func sendToClient(_ count: Int) {
        let bytes = [UInt8](repeating: 0x61, count: count)
        _ = Glibc.send(server, bytes, count, 0)
    }

    /// - Returns: Number of bytes that were unread at the client.
    @discardableResult
    func drainClient() -> Int {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        return max(0, recv(client, &bytes, bytes.count, Int32(MSG_DONTWAIT)))
    }
}
