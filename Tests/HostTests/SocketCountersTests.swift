import Glibc
import Testing
import WireAccounting

@testable import Host

@Suite("The kernel's counters of a socket")
struct SocketCountersTests {
    @Test("both ends of a connection agree to the byte", arguments: [(0, 0), (1, 0), (100, 5), (100_000, 250_000)])
    func exact(up: Int, down: Int) throws {
        let pair = try LoopbackPair()
        try pair.send(up, from: pair.client, to: pair.server)
        try pair.send(down, from: pair.server, to: pair.client)
        let client = try #require(SocketCounters.read(pair.client))
        #expect(client.bytesUp == Int64(up))
        #expect(client.bytesDown == Int64(down))
        #expect(client.connections == 1)
        let server = try #require(SocketCounters.read(pair.server))
        #expect(server.bytesUp == Int64(down), "read as a client's, the accepting end has the directions swapped")
        #expect(server.bytesDown == Int64(up))
        let accepting = try #require(SocketCounters.read(pair.server, at: .server))
        #expect(EndsAgreement(client: client, server: accepting).complaints == [])
    }

    @Test("TCP timestamps and IP version are those of the socket")
    func options() throws {
        let pair = try LoopbackPair()
        let count = try #require(SocketCounters.read(pair.client))
        let isDefault = TextFile.read("/proc/sys/net/ipv4/tcp_timestamps")?.hasPrefix("0") == false
        #expect(count.connectionsWithTimestamps == (isDefault ? 1 : 0))
        #expect(count.connectionsOverIPv6 == 0)
        let socket = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        #expect(SocketCounters.read(socket)?.connectionsOverIPv6 == 1)
    }

    @Test("the peer's FIN does not count as a byte")
    func peerHasClosed() throws {
        let pair = try LoopbackPair()
        try pair.send(10, from: pair.server, to: pair.client)
        shutdown(pair.server, Int32(SHUT_WR))
        // The end of the stream is read as 0 bytes.
        var byte: UInt8 = 0
        #expect(recv(pair.client, &byte, 1, 0) == 0)
        #expect(SocketCounters.read(pair.client)?.bytesDown == 10)
    }

    @Test("neither does a FIN before a reset", arguments: [true, false])
    func peerHasReset(endsFirst: Bool) throws {
        let pair = try LoopbackPair()
        try pair.send(10, from: pair.server, to: pair.client)
        if endsFirst { shutdown(pair.server, Int32(SHUT_WR)) }
        pair.resetFromServer()
        #expect(SocketCounters.read(pair.client, closedOrderly: false)?.bytesDown == 10)
    }

    @Test("a reset that was not read yet is no byte, even if this end has closed its half")
    func resetAfterHalfClose() throws {
        let pair = try LoopbackPair()
        try pair.send(10, from: pair.server, to: pair.client)
        shutdown(pair.client, Int32(SHUT_WR))
        pair.resetFromServer()
        var peer = PeerEnd()
        #expect(SocketCounters.read(pair.client, peer: &peer)?.bytesDown == 10)
        // The first reading has cleared the error.
        #expect(SocketCounters.read(pair.client, peer: &peer)?.bytesDown == 10)
    }

    @Test("neither is a FIN if the answer to our last bytes is a reset")
    func resetAfterEnd() throws {
        let pair = try LoopbackPair()
        try pair.send(10, from: pair.server, to: pair.client)
        pair.closeServer()
        var byte: UInt8 = 0
        #expect(recv(pair.client, &byte, 1, 0) == 0)
        #expect(send(pair.client, &byte, 1, Int32(MSG_NOSIGNAL)) == 1)
        shutdown(pair.client, Int32(SHUT_WR))
        #expect(SocketCounters.read(pair.client)?.bytesDown == 10)
    }

    @Test("bytes that were never read are excluded")
    func unread() throws {
        let pair = try LoopbackPair()
        let bytes = [UInt8](repeating: 7, count: 1_000)
        #expect(send(pair.server, bytes, 1_000, 0) == 1_000)
        try pair.read(400, at: pair.client)
        #expect(SocketCounters.read(pair.client)?.bytesDown == 400)
    }

    /// Which end closes its half before the server's counters are read and its socket is closed, in order.
    static let unsentEnds: [[ConnectionEnd]] = [[], [.server], [.client], [.server, .client], [.client, .server]]

    @Test("what the server closes with unsent bytes counts as sent, and reaches a slow client", arguments: unsentEnds)
    func unsent(ends: [ConnectionEnd]) throws {
        let pair = try LoopbackPair()
        let written = pair.fillServerQueue()
        for end in ends { shutdown(end == .client ? pair.client : pair.server, Int32(SHUT_WR)) }
        let server = try #require(SocketCounters.read(pair.server, at: .server))
        pair.closeServer()
        #expect(try pair.readToEnd() == written)
        #expect(server.bytesDown == Int64(written))
        #expect(SocketCounters.read(pair.client)?.bytesDown == Int64(written))
    }

    @Test("a descriptor that is not a TCP socket has no counters")
    func noSocket() {
        #expect(SocketCounters.read(-1) == nil)
        let datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(datagrams) }
        #expect(SocketCounters.read(datagrams) == nil)
    }
}
