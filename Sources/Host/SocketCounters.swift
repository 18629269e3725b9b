import CLinux
import Glibc
import WireAccounting

/// The kernel's counters of a TCP socket.
package enum SocketCounters {
    /// Whether this kernel has the counters, tested on a new socket.
    package static var areAvailable: Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Descriptor.close(socket) }
        return read(socket) != nil
    }

    // linux/tcp_states.h
    private static let closed: UInt8 = 7

    /// Total bytes that this program has read from an open TCP socket; `nil` if the kernel does not count them.
    package static func bytesRead(from socket: Int32) -> Int64? {
        var info = pushlab_tcp_info()
        guard pushlab_read_tcp_info(socket, &info) else { return nil }
        return Int64(info.bytes_received) - Int64(info.unread_bytes)
    }

    /// Payload bytes that the kernel has received on a TCP socket, read or not, and those that reached the peer.
    ///
    /// - Parameters:
    ///   - socket: An open TCP socket.
    ///   - closedOrderly: As in ``read(_:at:closedOrderly:)``. If the peer has sent its FIN and then reset the
    ///     connection, only acknowledged bytes have reached it, and all of them are acknowledged.
    ///   - isOpener: Whether this end opened the connection.
    /// - Returns: `nil` if the kernel has no such counters.
    package static func payload(
        of socket: Int32, closedOrderly: Bool, isOpener: Bool
    ) -> (received: Int64, delivered: Int64)? {
        var info = pushlab_tcp_info()
        guard pushlab_read_tcp_info(socket, &info) else { return nil }
        let hadEnded = info.state != closed || Self.hadEnded(socket, asFarAsKnown: closedOrderly)
        let count = KernelCount(
            state: info.state, bytesSent: info.bytes_sent, bytesRetransmitted: info.bytes_retrans,
            bytesReceived: info.bytes_received, segmentsOut: info.segments_out, segmentsIn: info.segments_in,
            at: .server, closedOrderly: hadEnded)
        guard info.state == closed, hadEnded else { return (count.bytesUp, count.bytesDown) }
        // The SYN of the opening side counts as acknowledged.
        let acknowledged = Int64(info.bytes_acked) - (isOpener ? 1 : 0)
        return (count.bytesUp, max(0, min(count.bytesDown, acknowledged)))
    }

    /// Reads the counters, as they will be when the kernel has sent all that was written to the socket. Bytes that
    /// arrived at the client and were never read are excluded: they belong to no layer. Those that arrived at the
    /// server are included, because the client has sent them.
    ///
    /// - Parameters:
    ///   - socket: An open TCP socket.
    ///   - end: Which end of the connection the socket is.
    ///   - closedOrderly: False if, as far as the caller knows, a connection in state CLOSE was reset; the peer's FIN
    ///     is then subtracted only if the kernel reports that it arrived before the reset. True also if the caller
    ///     closed its half and has not read yet how the peer answered.
    ///   - peer: What earlier readings of this socket have found.
    /// - Returns: `nil` if the kernel has no such counters.
    package static func read(
        _ socket: Int32, at end: ConnectionEnd = .client, closedOrderly: Bool = true, peer: inout PeerEnd
    ) -> KernelCount? {
        var info = pushlab_tcp_info()
        guard pushlab_read_tcp_info(socket, &info) else { return nil }
        let hadEnded =
            info.state != closed
            || peer.hadEnded { Self.hadEnded(socket, asFarAsKnown: closedOrderly) }
        var count = KernelCount(
            state: info.state, bytesSent: info.bytes_sent, bytesRetransmitted: info.bytes_retrans,
            bytesReceived: info.bytes_received, segmentsOut: info.segments_out, segmentsIn: info.segments_in,
            options: info.options, isIPv6: info.is_ipv6, at: end, closedOrderly: hadEnded)
        if end == .client { count.bytesDown -= Int64(info.unread_bytes) }
        // A close with unread bytes is a reset, which discards what is unsent.
        if info.unread_bytes == 0 { count.addUnsent(info.not_sent_bytes, state: info.state, at: end) }
        return count
    }

    /// Reads the counters of a socket once.
    package static func read(
        _ socket: Int32, at end: ConnectionEnd = .client, closedOrderly: Bool = true
    ) -> KernelCount? {
        var peer = PeerEnd()
        return read(socket, at: end, closedOrderly: closedOrderly, peer: &peer)
    }

    // A socket in state CLOSE: whether the peer's FIN arrived. Without a pending error only the caller knows it: either
    // there was no reset, or a read has shown it.
    private static func hadEnded(_ socket: Int32, asFarAsKnown isExpected: Bool) -> Bool {
        pushlab_has_error(socket) ? pushlab_ended_before_error(socket) : isExpected
    }
}
