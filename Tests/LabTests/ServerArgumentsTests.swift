import Measurement
import Testing
import Transports

@testable import Lab
@testable import Scenario

@Suite("The command line of a case's server")
struct ServerArgumentsTests {
    @Test("the feed starts after the clients connect and continues while they may wait for an item")
    func synthetic() {
        let feed = Scenario.Feed(
            source: .synthetic, rate: ItemRate(items: 20, per: .seconds(1)), payload: ByteCount(bytes: 64))
        let list = ServerArguments(feed: feed, subject: .fake()).list
        #expect(value(of: "--port", in: list) == "0")
        #expect(list.contains("--until-stdin-closes"))
        #expect(value(of: "--seed", in: list) == "5")
        #expect(value(of: "--feed-delay", in: list) == "601ms")
        #expect(value(of: "--feed-duration", in: list) == "16s")
        #expect(value(of: "--feed", in: list) == "synthetic")
        #expect(value(of: "--rate", in: list) == "20/s")
        #expect(value(of: "--payload", in: list) == "64B")
        #expect(value(of: "--max-connections", in: list) == "102")
        for option in ["--tls", "--fault-publish-delay", "--legacy-websocket", "--burst", "--speed"] {
            #expect(!list.contains(option), "\(option)")
        }
    }

    @Test("in an echo case the feed has no items")
    func echo() {
        let list = ServerArguments(feed: Scenario.Feed(source: .clients), subject: .fake()).list
        #expect(value(of: "--feed-duration", in: list) == "0s")
        #expect(!list.contains("--feed"))
    }

    @Test("the history holds twice the items that a slow poller may be behind")
    func history() {
        var subject = MeasuredCase.fake(transport: "short-poll")
        subject.transport = .fake("short-poll", ["interval": .duration(.seconds(5))])
        let feed = Scenario.Feed(
            source: .synthetic, rate: ItemRate(items: 1_000, per: .seconds(1)), payload: ByteCount(bytes: 64))
        #expect(value(of: "--history", in: ServerArguments(feed: feed, subject: subject).list) == "20000")
    }

    @Test("memory limits stay within what the server allows, with a million clients and the largest items")
    func memory() {
        var subject = MeasuredCase.fake()
        subject.timing = CaseTiming(warmup: .zero, duration: .seconds(1), clients: 1_000_000)
        let feed = Scenario.Feed(source: .synthetic, payload: ByteCount(bytes: 1 << 20))
        let list = ServerArguments(feed: feed, subject: subject).list
        #expect(value(of: "--message-memory", in: list) == "1052777267200B")
        #expect(value(of: "--max-connections", in: list) == "1000100")
        subject.strain.slow = Scenario.SlowClients(
            share: Percentage(percent: 100), readRate: BitRate(bitsPerSecond: 8_000))
        #expect(
            value(of: "--message-memory", in: ServerArguments(feed: feed, subject: subject).list) == "1099511627776B")
    }

    @Test("TLS, a late publisher and a WebSocket draft each add an option")
    func options() {
        var subject = MeasuredCase.fake()
        subject.timing = CaseTiming(warmup: .zero, duration: .seconds(1), clients: 1, encrypts: true)
        subject.transport = .fake("websocket", ["version": .choice("hixie-76")])
        let list = ServerArguments(
            feed: Scenario.Feed(source: .host), subject: subject, publishDelay: .milliseconds(3)
        ).list
        #expect(value(of: "--tls", in: list) == "self-signed")
        #expect(value(of: "--fault-publish-delay", in: list) == "3ms")
        #expect(list.contains("--legacy-websocket"))
        #expect(value(of: "--feed", in: list) == "host")
    }

    private func value(of option: String, in list: [String]) -> String? {
        guard let place = list.firstIndex(of: option), place + 1 < list.count else { return nil }
        return list[place + 1]
    }
}
