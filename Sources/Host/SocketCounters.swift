import CLinux
import Glibc
import WireAccounting

/// The kernel's own count of what crossed a TCP socket.
package enum SocketCounters {
    /// Whether this kernel has the counters, tried on a socket of our own.
    package static var areAvailable: Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Descriptor.close(socket) }
        return read(socket) != nil
    }

    // linux/tcp_states.h
    private static let established: UInt8 = 1
    private static let closed: UInt8 = 7
    private static let closeWait: UInt8 = 8

    /// Bytes that this program has read from an open TCP socket, ever; `nil` if the kernel does not count them.
    package static func bytesRead(from socket: Int32) -> Int64? {
        var info = pushlab_tcp_info()
        guard pushlab_read_tcp_info(socket, &info) else { return nil }
        return Int64(info.bytes_received) - Int64(info.unread_bytes)
    }

    /// Bytes that arrived at the client and were never read by the program are left out: nobody could book them. Those
    /// that arrived at the server stay, for the client has sent them.
    ///
    /// - Parameters:
    ///   - socket: An open TCP socket.
    ///   - end: Whose socket it is.
    ///   - closedOrderly: False where a connection in state CLOSE was reset, as far as the caller knows; then the
    ///     peer's end is taken off only if the kernel says that it had come before.
    /// - Returns: `nil` if the kernel has no such counters.
    package static func read(
        _ socket: Int32, at end: ConnectionEnd = .client, closedOrderly: Bool = true
    ) -> KernelCount? {
        var info = pushlab_tcp_info()
        guard pushlab_read_tcp_info(socket, &info) else { return nil }
        let hadEnded = closedOrderly || info.state == closed && pushlab_was_reset_after_fin(socket)
        var count = KernelCount(
            state: info.state, bytesSent: info.bytes_sent, bytesRetransmitted: info.bytes_retrans,
            bytesReceived: info.bytes_received, segmentsOut: info.segments_out, segmentsIn: info.segments_in,
            options: info.options, isIPv6: info.is_ipv6, at: end, closedOrderly: hadEnded)
        switch end {
        case .client:
            count.bytesDown -= Int64(info.unread_bytes)
            // What waits to be sent goes out after a close too, unless that is a reset, as it is with unread bytes.
            if info.unread_bytes == 0, [Self.established, Self.closeWait].contains(info.state) {
                count.bytesUp += Int64(info.not_sent_bytes)
            }
        // What waits to be sent goes out after our close too, if the peer has ended its half and reads on.
        case .server: if info.state == closeWait { count.bytesDown += Int64(info.not_sent_bytes) }
        }
        return count
    }
}
