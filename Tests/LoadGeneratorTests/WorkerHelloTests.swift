import FeedServer
import Host
import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("What a load process says first")
struct WorkerHelloTests {
    @Test("a hello is one line that is read back")
    func line() {
        let hello = WorkerHello(
            version: "1.2.3", host: "n1", bootID: "b", clock: "c", processors: 4, nowNanoseconds: 17)
        let text =
            #"{"boot_id":"b","clock":"c","event":"hello","host":"n1","now_ns":17,"processors":4,"version":"1.2.3"}"#
        #expect(hello.line == text)
        #expect(WorkerHello(line: text + "\r") == hello)
        #expect(WorkerHello.ofThisProcess().version == ProgramVersion.current)
    }

    @Test(
        "other text is refused",
        arguments: [
            "", "Welcome to n1", "{}", "ready", #"{"event":"hello"}"#,
            #"{"boot_id":"b","clock":"c","event":"listening","host":"n1","now_ns":17,"processors":4,"version":"1"}"#,
            #"{"boot_id":"b","clock":"c","event":"hello","host":"n1","now_ns":-1,"processors":4,"version":"1"}"#,
        ])
    func otherText(line: String) {
        #expect(WorkerHello(line: line) == nil)
    }
}

@Suite("Reading a server's clock")
struct ClockProbeTests {
    @Test("a server on this host has this clock, and each reading is between question and answer")
    func thisHost() async throws {
        let server = try await FeedServer.start(FeedServerConfiguration())
        let port = server.port
        let clock = try #require(MonotonicClock.identity)
        let exchanges = await BlockingCall {
            ServerProbe(host: "127.0.0.1", port: port).clockExchanges(20, with: clock)
        }.result(by: MonotonicClock.now() + .seconds(10))
        let all = try #require(try exchanges?.get())
        #expect(all.count == 20)
        #expect(all.allSatisfy { $0.sent <= $0.server && $0.server <= $0.received })
        let estimate = try #require(ClockEstimate(before: all))
        let bound = estimate.bound(from: all[0].sent, to: all[19].received)
        #expect(abs(estimate.line.aheadNanoseconds) <= bound.nanoseconds)
        await server.stop()
    }

    @Test("a watch exchanges before, during and after; a server with another clock gives nothing")
    func watch() async throws {
        let server = try await FeedServer.start(FeedServerConfiguration())
        let probe = ServerProbe(host: "127.0.0.1", port: server.port)
        let clock = try #require(MonotonicClock.identity)
        let watch = ClockWatch(probe, clock: clock, startsBy: MonotonicClock.now() + .seconds(10))
        let before = await watch.atStart()
        let (during, after) = await watch.atEnd()
        #expect(before.exchanges.count == ClockWatch.exchangesAtEnd)
        #expect(after.exchanges.count == ClockWatch.exchangesAtEnd)
        #expect(during.exchanges.count <= 10)
        // Both wall clocks are the same one.
        #expect(abs(before.wallAhead ?? .max) < 10_000_000)
        let other = ClockWatch(probe, clock: "another", startsBy: MonotonicClock.now() + .seconds(10))
        #expect(await other.atStart().exchanges == [])
        _ = await other.atEnd()
        await server.stop()
    }

    @Test("wall clocks that daemons keep give a bound of their errors")
    func wallClocks() throws {
        let line = "C0A80101,a,3,1.0,0.000001,0.0,0.0,0.0,0.0,0.0,0.000004,0.000003,64.2,Normal\n"
        let own = try #require(ChronyTracking(line))
        #expect(own.bound == .microseconds(6))
        #expect(WallClocks(server: nil, own: own) == nil)
        #expect(WallClocks(server: 4_000, own: nil) == nil)
        #expect(WallClocks(server: .max, own: own) == nil)
        let clocks = try #require(WallClocks(server: 4_000, own: own))
        let (start, end) = (MonotonicInstant(nanoseconds: 1_000_000_000), MonotonicInstant(nanoseconds: 11_000_000_000))
        let estimate = try #require(clocks.estimate(before: (start, 5_000_000), after: (end, 5_000_500)))
        #expect(estimate.line.ahead(at: start) == 5_000_000)
        #expect(estimate.line.ahead(at: end) == 5_000_500)
        // 6 µs, 4 µs, and 20 µs for reading two clocks of a host one after the other.
        #expect(abs(estimate.bound(from: start, to: end).nanoseconds - 30_000) < 100)
        #expect(clocks.estimate(before: (start, nil), after: (end, nil)) == nil)
    }
}
