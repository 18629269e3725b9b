import CLinux
import Glibc
import Host

/// One end of a relayed connection: the socket to the client, or the one to the server.
final class RelayEnd {
    /// -1 before the connection to the server begins.
    var socket: Int32
    private(set) var isConnected: Bool
    /// False when a read has shown that nothing is unread; an event of epoll makes it true.
    var isReadable = false
    /// False when a write has shown that the kernel takes no more; an event of epoll makes it true.
    private(set) var isWritable = true
    /// The peer has closed or reset: bytes before that may still be unread.
    private(set) var hasHungUp = false
    /// The peer's FIN was read, or arrived before its reset.
    private(set) var hasEnded = false
    /// The connection to this end is reset.
    private(set) var hasFailed = false

    // The error of a reset, known before the bytes ahead of it are read.
    private var errorAfterBytes: Int32 = 0

    /// A client's connection that was accepted.
    init(accepted socket: Int32) {
        self.socket = socket
        isConnected = true
    }

    /// A server's connection that follows.
    init() {
        socket = -1
        isConnected = false
    }

    /// Whether nothing more comes from it.
    var isOver: Bool { hasEnded || hasFailed }
    var mayRead: Bool { isReadable && isConnected && !isOver }
    var mayWrite: Bool { isWritable && isConnected && !hasFailed }

    /// epoll reports these events.
    func eventCame(_ events: UInt32) {
        let ended = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
        if events & (EPOLLIN.rawValue | ended) != 0 { isReadable = true }
        if events & (EPOLLOUT.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { isWritable = true }
        if events & ended != 0 { hasHungUp = true }
        // After its FIN, a reset shows only here.
        if hasEnded, events & EPOLLERR.rawValue != 0 { hasFailed = true }
    }

    /// The connection attempt has ended.
    ///
    /// - Returns: Its error number, 0 for success; `nil` as long as it goes on.
    func finishConnect() -> Int32? {
        guard isWritable else { return nil }
        let error = RelaySocket.takeError(of: socket)
        // A server may accept, send and reset before this is called; it did not refuse the connection.
        isConnected = [0, ECONNRESET, EPIPE].contains(error)
        if isConnected { errorAfterBytes = error } else { hasFailed = true }
        return isConnected ? 0 : error
    }

    /// There is no connection to this end.
    func connectFailed() {
        hasFailed = true
    }

    func beginsToConnect(_ socket: Int32) {
        self.socket = socket
        isWritable = false
    }

    /// A read returned this count, with `errno` set if it is negative; `requested` bytes were asked for.
    func read(_ count: Int, of requested: Int) {
        if count > 0 {
            // A short read has emptied the socket (epoll(7)), but an end behind the bytes makes no event again.
            if count < requested, !hasHungUp { isReadable = false }
        } else if count == 0 {
            // A reset that a write has seen before reads as an end, too.
            if errorAfterBytes == 0, hasHungUp { errorAfterBytes = RelaySocket.takeError(of: socket) }
            let error = errorAfterBytes
            if error == 0 || error == EPIPE { hasEnded = true }
            if error != 0 { hasFailed = true }
        } else if errno == EAGAIN {
            isReadable = false
        } else if errno != EINTR {
            hasFailed = true
        }
    }

    /// A write failed, with `errno` set.
    func writeFailed() {
        switch errno {
        case EAGAIN: isWritable = false
        case EINTR: break
        // The kernel reports EPIPE if the peer's FIN arrived before its reset (tcp_reset).
        case EPIPE:
            hasEnded = true
            hasFailed = true
        default: hasFailed = true
        }
    }

    /// Payload bytes that the kernel received on this end, and those that reached its peer; zeros without a connection.
    func payload(isServer: Bool) -> (received: Int64, delivered: Int64) {
        guard isConnected else { return (0, 0) }
        return SocketCounters.payload(of: socket, closedOrderly: hasEnded, isOpener: isServer) ?? (0, 0)
    }

    func reset() {
        if socket >= 0 { RelaySocket.reset(socket) }
    }

    func close() {
        if socket >= 0 { Descriptor.close(socket) }
    }
}
