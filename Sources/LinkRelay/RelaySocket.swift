import CLinux
import Glibc
import Host
import Link

/// System calls on the sockets of a relay.
enum RelaySocket {
    /// Limits the kernel's buffers in front of a link with a bandwidth, so that bytes wait in the link's queue or at
    /// the sender, not in the relay's kernel.
    private static let limitedReceiveBuffer: Int32 = 16 << 10
    /// The largest segment that a sender may send to such a link; loopback's own, 64 KiB, exceeds the buffer.
    private static let limitedSegment: Int32 = 1_448
    private static let backlog: Int32 = 4_096

    /// - Parameters:
    ///   - address: The address that the socket is for.
    ///   - isLimited: Whether what the socket receives goes over a link with a bandwidth.
    /// - Returns: A non-blocking socket; -1 with `errno` set.
    static func make(for address: SocketAddress, isLimited: Bool) -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let made = socket(address.family, kind, 0)
        guard made >= 0 else { return -1 }
        SocketArrival.enableTimestamps(on: made)
        set(made, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        if isLimited {
            limit(made)
            set(made, Int32(IPPROTO_TCP), TCP_MAXSEG, limitedSegment)
        }
        return made
    }

    /// Limits the kernel's receive buffer of a socket. On an accepted socket this holds only for what exceeds the
    /// window that was already announced.
    static func limit(_ socket: Int32) {
        set(socket, SOL_SOCKET, SO_RCVBUF, limitedReceiveBuffer)
    }

    /// Accepted sockets inherit the options of the listening one, also the timestamps of what they receive.
    ///
    /// - Returns: A listening socket; -1 with `errno` set.
    static func listening(on address: SocketAddress, isLimited: Bool) -> Int32 {
        let made = make(for: address, isLimited: isLimited)
        guard made >= 0 else { return -1 }
        set(made, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.withAddress({ bind(made, $0, $1) }) == 0, listen(made, backlog) == 0 { return made }
        return failed(made)
    }

    static func accept(from listening: Int32) -> Int32 {
        pushlab_accept(listening)
    }

    /// Lets a connection to a loopback address come from the loopback address that the client has, so that connections
    /// on both sides of the relay have enough ports.
    static func setSource(_ socket: Int32, likePeerOf client: Int32, to address: SocketAddress) {
        guard address.withAddress({ address, _ in LoopbackSource.reaches(address) ? 1 : 0 }) == 1 else { return }
        LoopbackSource(ofPeerOf: client)?.bind(socket)
    }

    /// - Returns: Whether the kernel has accepted or begun to make the connection; false with `errno` set.
    static func beginConnect(_ socket: Int32, to address: SocketAddress) -> Bool {
        address.withAddress { connect(socket, $0, $1) } == 0 || errno == EINPROGRESS
    }

    /// The outcome of a connection attempt, 0 for success.
    static func takeError(of socket: Int32) -> Int32 {
        var (error, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno
    }

    static func send(_ bytes: UnsafeRawBufferPointer, to socket: Int32) -> Int {
        Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }

    static func sendEnd(to socket: Int32) {
        Descriptor.endOutput(of: socket)
    }

    /// Closes a socket so that its peer is reset.
    static func reset(_ socket: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        Descriptor.close(socket)
    }

    /// Tries whether the first of the addresses that answers accepts a connection.
    ///
    /// - Returns: That address, or the error of the last attempt.
    static func firstAnswering(
        _ addresses: [SocketAddress], patience: Int32
    ) -> (address: SocketAddress?, errorNumber: Int32) {
        var errorNumber = ETIMEDOUT
        for address in addresses {
            let made = make(for: address, isLimited: false)
            guard made >= 0 else { return (nil, errno) }
            defer { Descriptor.close(made) }
            guard beginConnect(made, to: address) else {
                errorNumber = errno
                continue
            }
            var polled = pollfd(fd: made, events: Int16(POLLOUT), revents: 0)
            errorNumber = poll(&polled, 1, patience) > 0 ? takeError(of: made) : ETIMEDOUT
            if errorNumber == 0 { return (address, 0) }
        }
        return (nil, errorNumber)
    }

    private static func set(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func failed(_ socket: Int32) -> Int32 {
        let errorNumber = errno
        Descriptor.close(socket)
        errno = errorNumber
        return -1
    }
}
