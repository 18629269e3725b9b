import Foundation
import Glibc
import Measurement
import Synchronization

/// A relay between clients and a server that resets connections during transfers. Each connection is reset after a
/// random number of bytes to the client (seeded), up to a total number of resets.
///
/// One thread, blocking sockets and `poll` are enough, because a test's traffic is small. A reset follows one of the
/// relay's reads of at most 1,000 bytes, so items and chunks are cut at any position.
///
/// `@unchecked Sendable` is safe because after its start only the relay's thread accesses the state, except for the two
/// atomics.
final class ResettingRelay: @unchecked Sendable {
    struct Failure: Error { let what: String }

    private struct Pair {
        let client: Int32
        let server: Int32
        /// Bytes to the client until the reset.
        var budget: Int
    }

    let port: Int
    /// Number of connections reset so far.
    var resets: Int { resetCount.load(ordering: .relaxed) }

    private static let readBytes = 1_000
    private static let budgets: ClosedRange<UInt64> = 200...3_000

    private let listening: Int32
    private let serverPort: Int
    private let maximumResets: Int
    private var random: SeededGenerator
    private var pairs: [Pair] = []
    private let resetCount = Atomic<Int>(0)
    private let isStopped = Atomic<Bool>(false)

    init(to serverPort: Int, seed: UInt64, maximumResets: Int) throws {
        self.serverPort = serverPort
        self.maximumResets = maximumResets
        random = SeededGenerator(seed: seed)
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard Self.withAddress(port: 0, { bind(listening, $0, $1) }) == 0, listen(listening, 64) == 0 else {
            throw Failure(what: "listen: \(String(cString: strerror(errno)))")
        }
        self.listening = listening
        port = Self.port(of: listening)
        Thread.detachNewThread { self.run() }
    }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
    }

    private func run() {
        while !isStopped.load(ordering: .relaxed) {
            var polled = [pollfd(fd: listening, events: Int16(POLLIN), revents: 0)]
            for pair in pairs {
                polled.append(pollfd(fd: pair.client, events: Int16(POLLIN), revents: 0))
                polled.append(pollfd(fd: pair.server, events: Int16(POLLIN), revents: 0))
            }
            guard poll(&polled, nfds_t(polled.count), 10) > 0 else { continue }
            // Backwards, because a pair that ends is removed.
            for index in pairs.indices.reversed() {
                if polled[2 * index + 1].revents != 0, !pass(from: pairs[index].client, to: pairs[index].server) {
                    end(index)
                } else if polled[2 * index + 2].revents != 0 {
                    passDown(index)
                }
            }
            if polled[0].revents != 0 { accept() }
        }
        for index in pairs.indices.reversed() { end(index) }
        close(listening)
    }

    private func accept() {
        let client = Glibc.accept(listening, nil, nil)
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard client >= 0, Self.withAddress(port: serverPort, { connect(server, $0, $1) }) == 0 else { return }
        let span = Self.budgets.upperBound - Self.budgets.lowerBound
        pairs.append(
            Pair(client: client, server: server, budget: Int(Self.budgets.lowerBound + random.next() % span)))
    }

    private func passDown(_ index: Int) {
        let count = read(from: pairs[index].server, to: pairs[index].client)
        if count <= 0 { return end(index) }
        pairs[index].budget -= count
        guard pairs[index].budget <= 0, resets < maximumResets else { return }
        resetCount.add(1, ordering: .relaxed)
        // Closing a socket with a linger time of 0 resets its connection.
        var linger = linger(l_onoff: 1, l_linger: 0)
        for socket in [pairs[index].client, pairs[index].server] {
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        }
        end(index)
    }

    private func pass(from source: Int32, to target: Int32) -> Bool {
        read(from: source, to: target) > 0
    }

    private func read(from source: Int32, to target: Int32) -> Int {
        var bytes = [UInt8](repeating: 0, count: Self.readBytes)
        let count = recv(source, &bytes, bytes.count, 0)
        if count > 0 { _ = send(target, bytes, count, Int32(MSG_NOSIGNAL)) }
        return count
    }

    private func end(_ index: Int) {
        let pair = pairs.remove(at: index)
        close(pair.client)
        close(pair.server)
    }

    private static func withAddress(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func port(of socket: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
