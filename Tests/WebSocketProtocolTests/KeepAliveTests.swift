import NIOCore
import Testing

@testable import WebSocketProtocol

@Suite("Keep-alive, with a manual clock")
struct KeepAliveTests {
    // Check times are full seconds.
    private static func keepAlive() -> KeepAlive { KeepAlive(interval: .seconds(30), timeout: .seconds(20)) }

    private static func s(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }

    @Test("a peer that is silent from the start gets a Ping after the interval and is dead after the timeout")
    func silence() {
        var keepAlive = Self.keepAlive()
        #expect(keepAlive.clockReached(Self.s(5)) == .wait(until: Self.s(35)))
        #expect(keepAlive.clockReached(Self.s(34.9)) == .wait(until: Self.s(35)))
        #expect(keepAlive.clockReached(Self.s(35)) == .ping(lookAgainAt: Self.s(55)))
        #expect(keepAlive.clockReached(Self.s(54.9)) == .wait(until: Self.s(55)))
        #expect(keepAlive.clockReached(Self.s(55)) == .dead)
    }

    @Test("an answer to a Ping keeps the peer alive, and the next Ping follows one interval after the last")
    func answered() {
        var keepAlive = Self.keepAlive()
        _ = keepAlive.clockReached(0)
        for ping in [30.0, 60, 90] {
            #expect(keepAlive.clockReached(Self.s(ping)) == .ping(lookAgainAt: Self.s(ping + 20)))
            keepAlive.bytesArrived()
            #expect(keepAlive.clockReached(Self.s(ping + 20)) == .wait(until: Self.s(ping + 30)))
        }
    }

    @Test("a peer that sends bytes gets no Ping; one that becomes silent gets it within two intervals")
    func activePeer() {
        var keepAlive = Self.keepAlive()
        _ = keepAlive.clockReached(0)
        keepAlive.bytesArrived()
        keepAlive.bytesArrived()
        #expect(keepAlive.clockReached(Self.s(30)) == .wait(until: Self.s(60)))
        #expect(keepAlive.clockReached(Self.s(60)) == .ping(lookAgainAt: Self.s(80)))
    }

    @Test("a timeout longer than the interval applies in full, and an answer within it counts")
    func longTimeout() {
        var keepAlive = KeepAlive(interval: .seconds(10), timeout: .seconds(25))
        let first = keepAlive.clockReached(0)
        #expect(first == .wait(until: Self.s(10)))
        #expect(keepAlive.clockReached(Self.s(10)) == .ping(lookAgainAt: Self.s(20)))
        #expect(keepAlive.clockReached(Self.s(20)) == .wait(until: Self.s(35)))
        keepAlive.bytesArrived()
        // The next Ping fell due meanwhile.
        #expect(keepAlive.clockReached(Self.s(35)) == .ping(lookAgainAt: Self.s(45)))
    }

    @Test(
        "check times are rounded up to a sixteenth of the interval, at most to a full second",
        arguments: [(1_600, 100), (16_000, 1_000), (30_000, 1_000), (3_600_000, 1_000)])
    func grain(milliseconds: Int64, grainMilliseconds: Int64) {
        let interval = milliseconds * 1_000_000
        var keepAlive = KeepAlive(interval: .nanoseconds(interval), timeout: .seconds(1))
        guard case .wait(let until) = keepAlive.clockReached(7) else {
            Issue.record("the first check must return a wait")
            return
        }
        #expect(until % (grainMilliseconds * 1_000_000) == 0)
        #expect(until >= 7 + interval && until < 7 + interval + grainMilliseconds * 1_000_000)
    }

    @Test("an endpoint sends the Ping, accepts the Pong as an answer, and drops a silent peer")
    func endpoint() {
        var server = WebSocketEndpoint(role: .server, keepAlive: Self.keepAlive())
        #expect(server.clockReached(0) == .wait(until: Self.s(30)))
        #expect(server.takeOutput() == nil)
        #expect(server.clockReached(Self.s(30)) == .wait(until: Self.s(50)))
        #expect(server.takeOutput()?.array == [0x89, 0x00])
        #expect(server.sent.controlBytes == 2)
        var pong = ByteBuffer(bytes: [0x8a, 0x80, 0, 0, 0, 0])
        server.receive(&pong)
        #expect(server.clockReached(Self.s(50)) == .wait(until: Self.s(60)))
        #expect(server.clockReached(Self.s(60)) == .wait(until: Self.s(80)))
        #expect(server.takeOutput()?.array == [0x89, 0x00])
        #expect(server.clockReached(Self.s(80)) == .drop)
    }

    @Test("an incomplete frame also shows that the peer is alive")
    func incompleteFrame() {
        var server = WebSocketEndpoint(role: .server, keepAlive: Self.keepAlive())
        _ = server.clockReached(0)
        _ = server.clockReached(Self.s(30))
        var start = ByteBuffer(bytes: [0x81])
        server.receive(&start)
        #expect(server.clockReached(Self.s(50)) == .wait(until: Self.s(60)))
    }

    @Test("a client masks its Ping")
    func client() {
        var client = WebSocketEndpoint(role: .client, keepAlive: Self.keepAlive())
        _ = client.clockReached(0)
        _ = client.clockReached(Self.s(30))
        #expect(client.takeOutput()?.array.prefix(2) == [0x89, 0x80])
    }

    @Test("once a Close is sent, the time limit of the closing handshake applies")
    func closing() {
        let limits = WebSocketLimits(closeTimeout: .seconds(2))
        var server = WebSocketEndpoint(role: .server, limits: limits, keepAlive: Self.keepAlive())
        _ = server.clockReached(0)
        server.close()
        #expect(server.clockReached(Self.s(30)) == .wait(until: Self.s(32)))
        #expect(server.clockReached(Self.s(32)) == .drop)
    }
}
