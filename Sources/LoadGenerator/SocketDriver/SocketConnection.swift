import CLinux
import ConnectionEnds
import Glibc
import Host
import Measurement
import NIOCore
import WireAccounting

/// One client's plain TCP connection, without SwiftNIO's channel: connects, reads, writes and closes a socket. The
/// kernel's counters are read right before the close.
///
/// `@unchecked Sendable` is safe because it is used on its loop's thread only.
final class SocketConnection: FleetConnection, ClientWire, WatchedSocket, @unchecked Sendable {
    /// -1 before the socket is open.
    private(set) var socket: Int32 = -1

    private enum State { case connecting, open, closed }

    private var state = State.connecting
    // Whether a read or a write has shown that the connection is gone.
    private var isBroken = false
    private let client: SocketClient
    private let fleet: SocketFleet
    private let loop: SocketLoop
    private var lastArrival = MonotonicInstant(nanoseconds: 0)
    private var memory = PrefetchedMemory()
    // Beyond the first limit a client writes no more until the second is reached.
    private var output = SocketOutput(high: 64 << 10, low: 32 << 10)
    // What earlier readings of the counters have found.
    private var peer = PeerEnd()
    private var connectLimit: Scheduled<Void>?
    private var outputEnds = false
    private var outputHasEnded = false

    private static let connectPatience = TimeAmount.seconds(10)

    init(_ client: PendingClient, fleet: SocketFleet, loop: SocketLoop) {
        self.client = SocketClient(client, fleet: fleet)
        self.fleet = fleet
        self.loop = loop
    }

    // MARK: Opening

    /// Connects to an address, from a source if there is one.
    func connect(to address: SocketAddress, from source: LoopbackSource?) {
        let family = address.protocol == .inet6 ? AF_INET6 : AF_INET
        socket = pushlab_tcp_socket(family)
        guard socket >= 0 else { return connectFails(errno) }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        SocketArrival.enableTimestamps(on: socket)
        if family == AF_INET { source?.bind(socket) }
        let result = address.withSockAddr { Glibc.connect(socket, $0, socklen_t($1)) }
        if result != 0, errno != EINPROGRESS { return connectFails(errno) }
        loop.watch(self, writes: true, once: true)
        connectLimit = loop.scheduleTask(in: Self.connectPatience) {
            self.connectFails(ChannelError.connectTimeout(Self.connectPatience))
        }
    }

    private func connectEnds() {
        var (number, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &length)
        if number != 0 { return connectFails(number) }
        connectLimit?.cancel()
        connectLimit = nil
        state = .open
        loop.watch(self, once: true)
        fleet.connectionOpened(self)
        client.opened(on: self, port: fleet.recorder.isStamping ? (try? SocketAddress(localOf: socket))?.port : nil)
    }

    private func connectFails(_ number: Int32) {
        connectFails(IOError(errnoCode: number, reason: "connect"))
    }

    private func connectFails(_ error: any Error) {
        guard state == .connecting else { return }
        connectLimit?.cancel()
        connectLimit = nil
        state = .closed
        if socket >= 0 {
            loop.forget(self)
            Descriptor.close(socket)
        }
        fleet.recorder.couldNotConnect(
            "a connection could not be opened: \(NetworkErrorText.text(error))", at: MonotonicClock.now())
        fleet.retry(client.index, attempt: client.attempt)
    }

    // MARK: Events

    /// The socket has one of these events of epoll.
    func ready(_ events: UInt32) {
        switch state {
        case .connecting: return connectEnds()
        case .closed: return
        case .open: break
        }
        if events & EPOLLOUT.rawValue != 0 { writeOn() }
        guard events & ~EPOLLOUT.rawValue != 0 else { return }
        while state == .open, SocketLoop.hasMore(events, after: read()) {}
    }

    /// - Returns: Number of bytes read; 0 at the end of the stream, -1 after an error.
    private func read() -> Int {
        memory.prefetch()
        let (count, arrival) = loop.readWithArrival(socket)
        if count > 0 {
            var bytes = loop.bytesRead
            lastArrival = max(lastArrival, arrival)
            client.received(&bytes, at: lastArrival)
            if memory.isEmpty { memory = client.memory() }
        } else if count == 0 {
            client.inputEnded()
        } else if errno != EAGAIN, errno != EINTR {
            let error = IOError(errnoCode: errno, reason: "recvmsg")
            isBroken = true
            client.failed(error)
        }
        return count
    }

    // MARK: Writing

    var isWritable: Bool { state == .open && !isBroken && output.isWritable }

    func write(_ bytes: ByteBuffer, _ counts: ByteLedger) {
        guard state == .open, !isBroken else { return }
        // A failed write takes the error that would show whether the server had ended its half before.
        if fleet.awaitsWrites { _ = countNow() }
        let waited = !output.isEmpty
        if fleet.awaitsWrites {
            sent(output.send(bytes, counts, to: socket) { fleet.ledger.merge($0) }, waited: waited)
        } else {
            sent(output.send(bytes, to: socket), waited: waited)
            if !isBroken { fleet.ledger.merge(counts) }
        }
    }

    private func writeOn() {
        let wasWritable = output.isWritable
        sent(output.sendWaiting(to: socket) { fleet.ledger.merge($0) }, waited: true)
        if isBroken || state != .open { return }
        if output.isEmpty { loop.watch(self, once: true) }
        if !wasWritable, output.isWritable { client.becameWritable() }
    }

    // `waited`: whether the loop reports writability already.
    private func sent(_ progress: SocketOutput.Progress, waited: Bool) {
        switch progress {
        case .done: if outputEnds { endOutputNow() }
        case .waits: if !waited { loop.watch(self, writes: true, once: true) }
        case .failed:
            isBroken = true
            // Not within the client's call. What has arrived is read first.
            loop.execute { self.endBroken() }
        }
    }

    private func endBroken() {
        while state == .open, read() > 0 {}
        close()
    }

    func endOutput() {
        outputEnds = true
        if output.isEmpty { endOutputNow() }
    }

    private func endOutputNow() {
        guard state == .open, !outputHasEnded else { return }
        outputHasEnded = true
        Descriptor.endOutput(of: socket)
    }

    // MARK: The end

    func close() {
        guard state == .open else { return }
        state = .closed
        fleet.bookCounters(count())
        loop.forget(self)
        Descriptor.close(socket)
        client.closed()
        fleet.connectionClosed(self)
    }

    func closeNow() { close() }

    func countNow() -> KernelCount? { state == .open ? count() : nil }

    // If our half is open, only a reset leads to state CLOSE.
    private func count() -> KernelCount? {
        SocketCounters.read(socket, closedOrderly: outputHasEnded && !isBroken, peer: &peer)
    }
}
