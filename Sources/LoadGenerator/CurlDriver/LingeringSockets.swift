import CCurl
import CLinux
import Glibc
import Host
import Measurement

/// Sockets of TLS connections that a client no longer needs, until the server's closing alert (RFC 8446 §6.1) arrives.
///
/// If a socket were closed at once, the alert would be lost, and the kernels of the two ends would count different
/// bytes. So only our half is closed, which the server cannot distinguish from a close. The socket is closed when the
/// server closes its half, or after a timeout. The driver does not block: it calls ``act()`` when ``descriptor`` is
/// readable.
final class LingeringSockets {
    /// Separate epoll set; readable when one of the sockets is.
    let descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    /// Bytes read from the sockets so far. libcurl has ended TLS on them, so all of them count as TLS bytes.
    private(set) var bytes = 0
    /// Bytes from sockets that sent no more than a closing alert.
    private(set) var setupBytes = 0
    /// When to call ``closeOverdue()`` next; `nil` if no socket is left.
    private(set) var nextLook: MonotonicInstant?

    var openSockets: [Int32] { Array(sockets.keys) }

    private struct Lingering {
        let deadline: MonotonicInstant
        var bytes = 0
    }

    private var sockets: [Int32: Lingering] = [:]
    private let patience: Duration
    private let willClose: (_ socket: Int32, _ closedOrderly: Bool) -> Void

    // Size of an alert record in TLS 1.2 with AES-GCM; in TLS 1.3 it is 24 bytes. More bytes are a response that was
    // under way when the client closed, which is not part of the connection's set-up.
    private static let longestAlert = 31
    private static let readAtOnce = 4_096
    private static let eventsAtOnce = 64

    /// - Parameters:
    ///   - patience: How long a server may take to close its half; then the socket is closed.
    ///   - willClose: Called with each socket before it is closed, and whether the server closed it in order.
    init(patience: Duration, willClose: @escaping (_ socket: Int32, _ closedOrderly: Bool) -> Void) {
        self.patience = patience
        self.willClose = willClose
    }

    deinit {
        Descriptor.close(descriptor)
    }

    /// Takes over a socket and closes it later, or now if the server has closed its half. The socket must not be in
    /// another epoll set.
    ///
    /// - Parameters:
    ///   - socket: A non-blocking TCP socket.
    ///   - endedOrderly: If the server has already closed its half: whether it did so without a reset.
    func take(_ socket: Int32, endedOrderly: Bool) {
        let deadline = MonotonicClock.now() + patience
        sockets[socket] = Lingering(deadline: deadline)
        switch read(socket) {
        case .ended: return close(socket, closedOrderly: endedOrderly)
        case .broken: return close(socket, closedOrderly: false)
        case .open: break
        }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: socket))
        guard Descriptor.endOutput(of: socket), epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0 else {
            return close(socket, closedOrderly: false)
        }
        if nextLook == nil { nextLook = deadline }
    }

    /// Reads what has arrived and closes the sockets whose server has closed its half.
    func act() {
        actOnEvents(within: .zero)
    }

    /// Closes the sockets whose timeout has passed.
    func closeOverdue() {
        guard let look = nextLook else { return }
        let now = MonotonicClock.now()
        if now < look { return }
        for (socket, lingering) in sockets where now >= lingering.deadline { close(socket, closedOrderly: true) }
        nextLook = sockets.values.map(\.deadline).min()
    }

    /// At the end of the driver: waits until all sockets are closed, at most until their timeouts.
    func awaitEnds() {
        while let look = nextLook, !sockets.isEmpty {
            actOnEvents(within: max(.zero, look - MonotonicClock.now()))
            closeOverdue()
        }
    }

    private func actOnEvents(within time: Duration) {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
            let count = Descriptor.wait(for: events, of: descriptor, atMost: time.nanoseconds)
            for event in events.prefix(count) {
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
