import CCurl
import CLinux
import Glibc
import Host
import Measurement

/// Sockets of TLS connections that a client is done with while the server's closing alert (RFC 8446 §6.1) is under way.
///
/// Closed at once they would not get it, and the kernels of the two ends would count different bytes. So our half is
/// shut, which tells the server as much as a close does, and the socket is closed at the server's end, or when the
/// server has had its time. Nothing waits for that: the driver calls ``act()`` when ``descriptor`` is readable.
final class LingeringSockets {
    /// An epoll set of its own, readable when one of the sockets is.
    let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    /// Bytes that the sockets gave up to now. libcurl has ended TLS on them, so all of these are TLS' own.
    private(set) var bytes = 0
    /// Of them, those that are no more than a closing alert.
    private(set) var setupBytes = 0
    /// When ``closeOverdue()`` has something to look at; `nil` while there is nothing.
    private(set) var nextLook: MonotonicInstant?

    var openSockets: [Int32] { Array(sockets.keys) }

    private struct Lingering {
        let deadline: MonotonicInstant
        var bytes = 0
    }

    private var sockets: [Int32: Lingering] = [:]
    private let patience: Duration
    private let willClose: (_ socket: Int32, _ closedOrderly: Bool) -> Void

    // The record of an alert in TLS 1.2 with AES-GCM; one of TLS 1.3 has 24 bytes. What is longer is an answer that was
    // on its way when the client left, and no part of the connection's set-up.
    private static let longestAlert = 31
    private static let readAtOnce = 4_096
    private static let eventsAtOnce = 64

    /// - Parameters:
    ///   - patience: A server that has not ended its half by then is left.
    ///   - willClose: Called with each socket before it is closed, and whether the server ended it in order.
    init(patience: Duration = .seconds(1), willClose: @escaping (_ socket: Int32, _ closedOrderly: Bool) -> Void) {
        self.patience = patience
        self.willClose = willClose
    }

    deinit {
        Descriptor.close(descriptor)
    }

    /// Takes a socket over, to close it when its time has come; perhaps now. No other epoll set may have it.
    ///
    /// - Parameters:
    ///   - socket: Of a TCP connection, and not blocking.
    ///   - endedOrderly: If the server has ended its half already, whether that was no reset.
    func take(_ socket: Int32, endedOrderly: Bool) {
        let deadline = MonotonicClock.now() + patience
        sockets[socket] = Lingering(deadline: deadline)
        switch read(socket) {
        case .ended: return close(socket, closedOrderly: endedOrderly)
        case .broken: return close(socket, closedOrderly: false)
        case .open: break
        }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: socket))
        guard shutdown(socket, Int32(SHUT_WR)) == 0, epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0 else {
            return close(socket, closedOrderly: false)
        }
        if nextLook == nil { nextLook = deadline }
    }

    /// Reads what has come and closes the sockets whose server has ended its half.
    func act() {
        actOnEvents(within: .zero)
    }

    /// Closes the sockets whose server has had its time.
    func closeOverdue() {
        guard let look = nextLook else { return }
        let now = MonotonicClock.now()
        if now < look { return }
        for (socket, lingering) in sockets where now >= lingering.deadline { close(socket, closedOrderly: true) }
        nextLook = sockets.values.map(\.deadline).min()
    }

    /// At the driver's end: waits for all servers' ends, as long as each may still take.
    func awaitEnds() {
        while let look = nextLook, !sockets.isEmpty {
            actOnEvents(within: max(.zero, look - MonotonicClock.now()))
            closeOverdue()
        }
    }

    private func actOnEvents(within time: Duration) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
            var time = timespec(
                tv_sec: Int(time.nanoseconds / 1_000_000_000), tv_nsec: Int(time.nanoseconds % 1_000_000_000))
            let count = epoll_pwait2(descriptor, events.baseAddress, Int32(events.count), &time, nil)
            for event in events.prefix(Int(max(0, count))) {
                let socket = event.data.fd
                switch read(socket) {
                case .open: break
                case .ended: close(socket, closedOrderly: true)
                case .broken: close(socket, closedOrderly: false)
                }
            }
        }
    }

    private enum ReadResult { case open, ended, broken }

    private func read(_ socket: Int32) -> ReadResult {
        withUnsafeTemporaryAllocation(byteCount: Self.readAtOnce, alignment: 1) { buffer in
            while true {
                let count = recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                switch count {
                case 1...: sockets[socket]?.bytes += count
                case 0: return .ended
                default:
                    if errno == EINTR { continue }
                    return errno == EAGAIN ? .open : .broken
                }
            }
        }
    }

    private func close(_ socket: Int32, closedOrderly: Bool) {
        let count = sockets.removeValue(forKey: socket)?.bytes ?? 0
        bytes += count
        if count <= Self.longestAlert { setupBytes += count }
        willClose(socket, closedOrderly)
        Descriptor.close(socket)
    }
}
