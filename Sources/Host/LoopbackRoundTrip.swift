import Foundation
import Glibc
import Measurement

/// Round-trip time of a byte over loopback TCP to another thread: the baseline of every latency on this machine.
package struct LoopbackRoundTrip: Equatable, Sendable {
    package let medianNanoseconds: Int64
    package let p99Nanoseconds: Int64

    /// - Returns: `nil` if this process cannot open sockets on loopback.
    package static func measure(rounds: Int = 1_000) -> LoopbackRoundTrip? {
        guard let pair = connectedPair() else { return nil }
        defer { Descriptor.close(pair.client) }
        let server = pair.server
        Thread.detachNewThread {
            echo(server)
            Descriptor.close(server)
        }
        // The first rounds wake both threads and fill caches.
        let times = (0..<rounds + 50).compactMap { _ in roundTrip(pair.client) }.dropFirst(50).sorted()
        guard times.count == rounds else { return nil }
        return LoopbackRoundTrip(medianNanoseconds: times[rounds / 2], p99Nanoseconds: times[rounds * 99 / 100])
    }

    private static func roundTrip(_ socket: Int32) -> Int64? {
        var byte: UInt8 = 1
        let start = MonotonicClock.now()
        guard write(byte, to: socket), recv(socket, &byte, 1, 0) == 1 else { return nil }
        return (MonotonicClock.now() - start).nanoseconds
    }

    private static func echo(_ socket: Int32) {
        var byte: UInt8 = 0
        while recv(socket, &byte, 1, 0) == 1, write(byte, to: socket) {}
    }

    private static func write(_ byte: UInt8, to socket: Int32) -> Bool {
        var byte = byte
        return send(socket, &byte, 1, Int32(truncatingIfNeeded: MSG_NOSIGNAL)) == 1
    }

    private static func connectedPair() -> (client: Int32, server: Int32)? {
        let listener = makeSocket()
        defer { Descriptor.close(listener) }
        var address = loopback()
        guard withAddress(&address, { bind(listener, $0, $1) }) == 0, listen(listener, 1) == 0 else { return nil }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        let client = makeSocket()
        guard named == 0, withAddress(&address, { connect(client, $0, $1) }) == 0 else {
            Descriptor.close(client)
            return nil
        }
        let server = accept(listener, nil, nil)
        for socket in [client, server] { disableNagle(socket) }
        return (client, server)
    }

    private static func makeSocket() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    }

    private static func disableNagle(_ socket: Int32) {
        var yes: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func loopback() -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func withAddress(
        _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
