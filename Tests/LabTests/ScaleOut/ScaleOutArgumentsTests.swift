import Feed
import Measurement
import Testing
import Transports

@testable import Lab
@testable import Scenario

@Suite("The command lines of several servers on one stream")
struct ScaleOutArgumentsTests {
    private static let feed = Scenario.Feed(
        source: .synthetic, rate: ItemRate(items: 20, per: .seconds(1)), payload: ByteCount(bytes: 64))

    private static var subject: MeasuredCase {
        var subject = MeasuredCase.fake()
        subject.scaleOut = 2
        subject.strain.restart = Scenario.Restart(
            after: .seconds(3), down: .seconds(2), policy: ReconnectPolicy(), keepsHistory: true)
        subject.strain.slowSubscriber = .skip
        return subject
    }

    @Test("a server has its port and the stream, and neither a feed of its own nor a restart")
    func server() {
        var arguments = ServerArguments(feed: Self.feed, subject: Self.subject)
        (arguments.stream, arguments.port) = (RedisServer(port: 6_380).stream, 40_001)
        let list = arguments.list
        #expect(list.starts(with: ["--port", "40001", "--until-stdin-closes", "--no-page", "--history", "4096"]))
        #expect(value(of: "--feed", in: list) == "redis://127.0.0.1:6380/items")
        #expect(value(of: "--slow-subscriber", in: list) == "skip")
        // All clients may come to this server at once, while their old connections end.
        #expect(value(of: "--max-connections", in: list) == "104")
        for option in ["--seed", "--feed-delay", "--feed-duration", "--rate", "--payload", "--restart-after"] {
            #expect(!list.contains(option), "\(option)")
        }
    }

    @Test("the program that writes the stream has the feed, and keeps as many items as the servers")
    func feeder() {
        var subject = Self.subject
        subject.strain.history = 50
        let server = ScaleOutServer(
            2, ServerArguments(feed: Self.feed, subject: subject), Executables(server: "/s", pushlab: "/p"))
        #expect(server.servers == 2 && server.executable == "/s")
        #expect(server.feeder.starts(with: ["/p", "feed", "synthetic", "--until-stdin-closes", "--seed", "5"]))
        #expect(value(of: "--rate", in: server.feeder) == "20/s")
        #expect(value(of: "--payload", in: server.feeder) == "64B")
        #expect(value(of: "--feed-delay", in: server.feeder) == "601ms")
        #expect(value(of: "--history", in: server.feeder) == "50")
    }

    @Test("Redis listens on the loopback device only and writes nothing to the disk")
    func redis() {
        #expect(
            RedisServer(port: 6_380).arguments(in: "/tmp/x") == [
                "--bind", "127.0.0.1", "--port", "6380", "--dir", "/tmp/x", "--save", "", "--appendonly", "no",
                "--daemonize", "no",
            ])
    }

    @Test("what Redis prints: its version, and why it ended")
    func output() {
        let printed = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0\n"
        #expect(RedisServer.program.version(in: printed) == "7.0.15")
        let log = "1:C 27 # Redis is starting\n1:M 27 # Failed listening on port 41555 (TCP), aborting.\n"
        #expect(RedisServer.program.complaint(in: log) == "1:M 27 # Failed listening on port 41555 (TCP), aborting.")
        #expect(RedisServer.program.complaint(in: "1:C 27 # Redis is starting\n") == "")
        #expect(
            "\(RedisMissing())"
                == "the scenario has scale-out, which needs redis-server, which is not installed; install the Debian "
                + "package redis-server")
    }

    private func value(of option: String, in list: [String]) -> String? {
        guard let place = list.firstIndex(of: option), place + 1 < list.count else { return nil }
        return list[place + 1]
    }
}
