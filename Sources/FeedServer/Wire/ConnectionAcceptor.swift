import CLinux
import ConnectionEnds
import Glibc
import Host
import NIOCore

/// Accepts the plain TCP connections of one port, on the first event loop, and gives them to all loops in turn.
///
/// `@unchecked Sendable` is safe because all mutable state is used on the first loop's thread only.
final class ConnectionAcceptor: WatchedSocket, @unchecked Sendable {
    let socket: Int32
    let address: SocketAddress

    private let loops: [(sockets: SocketLoop, feed: FeedLoop)]
    private let port: ServedPort
    private let occupancy: Occupancy
    private let reserve: DescriptorReserve
    // The loop of the next connection.
    private var next = 0
    private var isOpen = true
    // Accepted connections, by the loop that they wait for.
    private var accepted: [[Int32]]

    // The loop's connections wait meanwhile.
    private static let mostAtOnce = 64
    private static let backlog: Int32 = 4_096

    /// Binds and listens.
    ///
    /// - Throws: `IOError` with the system's error.
    init(
        _ address: SocketAddress, loops: [(sockets: SocketLoop, feed: FeedLoop)], port: ServedPort,
        occupancy: Occupancy, reserve: DescriptorReserve
    ) throws {
        socket = pushlab_tcp_socket(address.protocol == .inet6 ? AF_INET6 : AF_INET)
        if socket < 0 { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            self.address = try Self.listen(socket, on: address)
        } catch {
            Descriptor.close(socket)
            throw error
        }
        (self.loops, self.port, self.occupancy, self.reserve) = (loops, port, occupancy, reserve)
        accepted = Array(repeating: [], count: loops.count)
    }

    private static func listen(_ socket: Int32, on address: SocketAddress) throws -> SocketAddress {
        // Accepted sockets inherit TCP_NODELAY.
        for (level, option) in [(SOL_SOCKET, SO_REUSEADDR), (Int32(IPPROTO_TCP), TCP_NODELAY)] {
            var on: Int32 = 1
            setsockopt(socket, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        if address.withSockAddr({ bind(socket, $0, socklen_t($1)) }) != 0 {
            throw IOError(errnoCode: errno, reason: "bind")
        }
        if Glibc.listen(socket, backlog) != 0 { throw IOError(errnoCode: errno, reason: "listen") }
        return try SocketAddress(localOf: socket)
    }

    private var loop: SocketLoop { loops[0].sockets }

    /// Accepts connections from now on.
    func start() async throws {
        try await loop.submit { self.loop.watch(self) }.get()
    }

    /// Accepts no more connections. May be called on any thread.
    func close() async {
        try? await loop.submit {
            guard self.isOpen else { return }
            self.isOpen = false
            self.loop.forget(self)
            Descriptor.close(self.socket)
        }.get()
    }

    func ready(_ events: UInt32) {
        accept()
        for index in loops.indices where !accepted[index].isEmpty {
            let sockets = accepted[index]
            accepted[index] = []
            serve(sockets, on: index)
        }
    }

    private func accept() {
        for _ in 0..<Self.mostAtOnce {
            let socket = pushlab_accept(socket)
            if socket < 0 {
                if AcceptPause.isExhaustion(errno) {
                    reserve.release()
                    pause(for: AcceptPause.exhausted)
                }
                // Any other error is that of a connection which has ended already, or there is no more.
                return
            }
            accepted[next].append(socket)
            next = (next + 1) % loops.count
            if !occupancy.connectionAccepted() { return pause(for: AcceptPause.ahead) }
        }
    }

    private func serve(_ sockets: [Int32], on index: Int) {
        let (loop, feed) = loops[index]
        let serve: @Sendable () -> Void = { [port] in
            for socket in sockets { Self.serve(socket, of: port, on: loop, feed) }
        }
        if index == 0 { serve() } else { loop.execute(serve) }
    }

    private static func serve(_ socket: Int32, of port: ServedPort, on loop: SocketLoop, _ feed: FeedLoop) {
        guard let handler = port.admit(descriptor: Int(socket), on: feed) else {
            Descriptor.close(socket)
            return port.leave()
        }
        handler.begin(on: SocketWire(socket, of: port, on: loop, for: handler))
    }

    // The listening socket stays ready meanwhile; without a pause the loop would spin.
    private func pause(for time: TimeAmount) {
        loop.watch(self, reads: false)
        loop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: time) {
            guard self.isOpen else { return }
            // First, so that no connection takes the reserved descriptors.
            self.reserve.refill()
            self.loop.watch(self)
        }
    }
}
