import Host
import Link
import LinkRelay
import Measurement
import Testing

@Suite("What a relay passes, and when", .serialized, .timeLimit(.minutes(1)))
struct PassingTests {
    // On a busy machine the test's own threads wake late.
    private static let lateness = Duration.milliseconds(60)

    @Test("the server sees the connection after one delay; the first bytes wait for the handshake")
    func setUp() async throws {
        let line = try Line(.delay(.milliseconds(30), .milliseconds(50)))
        let start = MonotonicClock.now()
        let client = try Peer(connectingTo: line.relay.port)
        client.send("first")
        let server = try line.listener.accept()
        expect(since: start, .milliseconds(30))
        server.send("hello")
        #expect(try server.text(5) == "first")
        // SYN, SYN-ACK, and the bytes' own way.
        expect(since: start, .milliseconds(110))
        #expect(try client.text(5) == "hello")
        // SYN, SYN-ACK, ACK, and the bytes' own way.
        expect(since: start, .milliseconds(160))
        _ = await line.relay.stop()
    }

    @Test("afterwards a message takes the delay of its direction")
    func constantDelay() async throws {
        let line = try Line(.delay(.milliseconds(20), .milliseconds(40)))
        let (client, server) = try line.connect()
        server.send("+")
        _ = try client.text(1)
        for _ in 0..<3 {
            let start = MonotonicClock.now()
            client.send("ping")
            _ = try server.text(4)
            expect(since: start, .milliseconds(20))
            server.send("pong")
            _ = try client.text(4)
            expect(since: start, .milliseconds(60))
        }
        let report = await line.relay.stop()
        #expect((report.bytesUp, report.bytesDown) == (12, 13))
        #expect(report.addedLatency.count == 7)
        #expect(report.addedLatency.negativeCount == 0)
    }

    @Test("the server sees the loopback address that the client comes from")
    func source() async throws {
        let line = try Line()
        let source = try #require(LoopbackSource(ofClient: 10_000, to: "127.0.0.1"))
        for (prepare, expected) in [({ _ in }, nil), ({ source.bind($0) }, source)]
            as [((Int32) -> Void, LoopbackSource?)]
        {
            let client = try Peer(connectingTo: line.relay.port, prepare)
            let server = try line.listener.accept()
            #expect(LoopbackSource(ofPeerOf: server.socket) == expected)
            client.send("x")
            #expect(try server.text(1) == "x")
        }
        _ = await line.relay.stop()
    }

    @Test("another network holds for the connections after it, and no earlier ones")
    func otherNetwork() async throws {
        let line = try Line(LinkSettings())
        let (early, earlyServer) = try line.connect()
        line.relay.use(.delay(.milliseconds(80), .milliseconds(20)))
        // The relay's thread takes requests in order.
        _ = await line.relay.report()
        let start = MonotonicClock.now()
        early.send("ping")
        #expect(try earlyServer.text(4) == "ping")
        #expect(MonotonicClock.now() - start < .milliseconds(80))
        let (late, lateServer) = try line.connect()
        let begin = MonotonicClock.now()
        late.send("ping")
        #expect(try lateServer.text(4) == "ping")
        expect(since: begin, .milliseconds(80))
        _ = await line.relay.stop()
    }

    private func expect(
        since start: MonotonicInstant, _ expected: Duration, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let time = MonotonicClock.now() - start
        #expect(time >= expected, sourceLocation: sourceLocation)
        #expect(time < expected + Self.lateness, sourceLocation: sourceLocation)
    }

    @Test(
        "every byte passes unchanged in both directions at once, and each half closes by itself",
        arguments: [LinkSettings(), .delay(.milliseconds(5), .milliseconds(3)), thin])
    func unchanged(settings: LinkSettings) async throws {
        let line = try Line(settings)
        let (client, server) = try line.connect()
        let (upward, downward) = (Bytes.random(1 << 20, seed: 1), Bytes.random(1 << 20, seed: 2))
        let writing = Task.detached {
            client.send(upward)
            client.sendEnd()
        }
        let answering = Task.detached {
            server.send(downward)
            return server.readAll()
        }
        #expect(try client.read(exactly: downward.count) == downward)
        let received = await answering.value
        await writing.value
        #expect(received.bytes == upward)
        #expect(received.last == .end)
        // The other half is still open.
        server.send("last")
        #expect(try client.text(4) == "last")
        server.sendEnd()
        #expect(client.read() == .end)
        let report = await line.relay.stop()
        #expect((report.bytesUp, report.bytesDown) == (1 << 20, (1 << 20) + 4))
        #expect((report.swallowedUp, report.swallowedDown) == (0, 0))
    }

    static let thin = LinkSettings(
        up: LinkDirectionSettings(jitter: .microseconds(100), bandwidth: BitRate(bitsPerSecond: 50_000_000)),
        down: LinkDirectionSettings(delay: .milliseconds(2), bandwidth: BitRate(bitsPerSecond: 100_000_000)),
        slowStart: true)

    @Test("bytes pass at the bandwidth")
    func bandwidth() async throws {
        let settings = LinkSettings(down: LinkDirectionSettings(bandwidth: BitRate(bitsPerSecond: 8_000_000)))
        let line = try Line(settings)
        let (client, server) = try line.connect()
        let start = MonotonicClock.now()
        let writing = Task.detached { server.send([UInt8](repeating: 1, count: 200_000)) }
        _ = try client.read(exactly: 200_000)
        let time = MonotonicClock.now() - start
        _ = await writing.value
        #expect(time >= .milliseconds(199))
        #expect(time < .milliseconds(300))
        _ = await line.relay.stop()
    }

    @Test("if the receiver does not read, the relay stops reading from the sender")
    func backpressure() async throws {
        let line = try Line(.delay(.milliseconds(1), .milliseconds(1)))
        let (client, server) = try line.connect()
        client.setTimeout(.milliseconds(500))
        let sent = client.send([UInt8](repeating: 7, count: 64 << 20))
        #expect(sent > 1 << 20)
        #expect(sent < 40 << 20)
        client.sendEnd()
        #expect(server.readAll().bytes.count == sent)
        _ = await line.relay.stop()
    }

    @Test("200 connections at once")
    func manyConnections() async throws {
        let line = try Line(.delay(.milliseconds(10), .milliseconds(10)))
        let pairs = try (0..<200).map { _ in try line.connect() }
        for (index, pair) in pairs.enumerated() { pair.client.send("client \(index + 1_000)") }
        for pair in pairs { pair.server.send(try pair.server.read(exactly: 11)) }
        for (index, pair) in pairs.enumerated() { #expect(try pair.client.text(11) == "client \(index + 1_000)") }
        for pair in pairs { pair.client.close() }
        for pair in pairs { #expect(pair.server.read() == .end) }
        let report = await line.relay.stop()
        #expect(report.connections == 200)
        #expect((report.bytesUp, report.bytesDown) == (2_200, 2_200))
    }
}
