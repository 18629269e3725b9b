import Host
import Link
import LinkRelay
import Measurement
import Testing

@Suite("How relayed connections end", .serialized, .timeLimit(.minutes(1)))
struct EndTests {
    @Test("a client's reset reaches the server after the bytes before it")
    func clientResets() async throws {
        let line = try Line(.delay(.milliseconds(20), .milliseconds(20)))
        let (client, server) = try line.connect()
        client.send("last words")
        client.reset()
        let seen = server.readAll()
        #expect(String(decoding: seen.bytes, as: UTF8.self) == "last words")
        #expect(seen.last == .reset)
        _ = await line.relay.stop()
    }

    @Test("a server's reset reaches the client after the bytes before it")
    func serverResets() async throws {
        let line = try Line(.delay(.milliseconds(5), .milliseconds(20)))
        let (client, server) = try line.connect()
        server.send("last words")
        server.reset()
        let seen = client.readAll()
        #expect(String(decoding: seen.bytes, as: UTF8.self) == "last words")
        #expect(seen.last == .reset)
        _ = await line.relay.stop()
    }

    @Test("bytes to a client that has closed are counted as swallowed, and the server is reset")
    func clientCloses() async throws {
        let line = try Line(.delay(.milliseconds(1), .milliseconds(150)))
        let (client, server) = try line.connect()
        server.send("seen")
        #expect(try client.text(4) == "seen")
        server.send("too late")
        client.close()
        #expect(server.read() == .end)
        let report = try await line.report { $0.swallowedDown > 0 }
        #expect((report.swallowedUp, report.swallowedDown) == (0, 8))
        #expect(server.send("more") == 0)
        _ = await line.relay.stop()
    }

    @Test("the link's own reset ends both sides, and what is on its way is counted as swallowed")
    func linkResets() async throws {
        var settings = LinkSettings.delay(.milliseconds(1), .seconds(10))
        settings.meanTimeToReset = .milliseconds(20)
        let line = try Line(settings)
        let (client, server) = try line.connect()
        server.send([UInt8](repeating: 1, count: 1_000))
        #expect(client.read() == .reset)
        #expect(server.read() == .reset)
        let report = await line.relay.stop()
        #expect(report.resets == 1)
        #expect((report.bytesUp, report.bytesDown) == (0, 0))
        #expect((report.swallowedUp, report.swallowedDown) == (0, 1_000))
    }

    @Test("resets replay from the seed")
    func replay() async throws {
        var settings = LinkSettings()
        settings.meanTimeToReset = .milliseconds(200)
        var times: [[Duration]] = []
        for _ in 0..<2 {
            let line = try Line(settings, seed: 3)
            let starts = try (0..<3).map { _ in (try line.connect().client, MonotonicClock.now()) }
            times.append(
                starts.map { client, start in
                    _ = client.read()
                    return MonotonicClock.now() - start
                })
            _ = await line.relay.stop()
        }
        for (one, other) in zip(times[0], times[1]) {
            #expect(max(one, other) - min(one, other) < .milliseconds(60))
        }
    }

    @Test("a silent connection passes nothing and closes neither end")
    func silence() async throws {
        var settings = LinkSettings()
        settings.meanTimeToSilence = .microseconds(100)
        let line = try Line(settings)
        let client = try Peer(connectingTo: line.relay.port)
        _ = try await line.report { $0.silences == 1 }
        client.send("is lost in the end")
        client.setTimeout(.milliseconds(50))
        #expect(client.read() == .nothing)
        client.close()
        let report = await line.relay.stop()
        #expect(report.silences == 1)
        #expect(report.bytesUp == 0)
        #expect(report.swallowedUp == 18)
    }

    @Test("a stall holds bytes back until it ends")
    func stall() async throws {
        var settings = LinkSettings()
        settings.stalls = [LinkStall(after: .milliseconds(50), duration: .milliseconds(150))]
        let line = try Line(settings)
        let origin = MonotonicClock.now() + .milliseconds(50)
        line.relay.countStalls(from: origin)
        let (client, server) = try line.connect()
        client.send("before")
        #expect(try server.text(6) == "before")
        #expect(MonotonicClock.now() < origin + .milliseconds(50))
        try await MonotonicClock.sleep(until: origin + .milliseconds(60))
        client.send("within")
        #expect(try server.text(6) == "within")
        #expect(MonotonicClock.now() >= origin + .milliseconds(200))
        _ = await line.relay.stop()
    }

    @Test("stop resets what is open, and reports the same again")
    func stop() async throws {
        let line = try Line()
        let (client, server) = try line.connect()
        client.send("all")
        #expect(try server.text(3) == "all")
        let report = await line.relay.stop()
        #expect(client.read() == .reset)
        #expect(server.read() == .reset)
        #expect(report.bytesUp == 3)
        #expect(await line.relay.stop() == report)
        #expect(await line.relay.report() == report)
        #expect(throws: Peer.Failure.self) { try Peer(connectingTo: line.relay.port) }
    }
}
