import Feed
import Measurement
import Testing
import Transports

@testable import Scenario

@Suite("Reading a scenario")
struct ScenarioReadingTests {
    @Test("three lines are enough; all other fields have defaults")
    func defaults() throws {
        let scenario = try read(minimal)
        #expect(scenario.name == "idle")
        #expect(scenario.question == "")
        #expect(scenario.clients == [100])
        #expect(scenario.cases.first?.warmup == .seconds(2))
        #expect(scenario.cases.first?.duration == .seconds(10))
        #expect(scenario.repeats == 1)
        #expect(scenario.seed == 1)
        let feed = try #require(scenario.feeds.first)
        #expect(feed.rate == ItemRate(items: 10, per: .seconds(1)))
        #expect(feed.payload == ByteCount(bytes: 128))
        #expect(feed.arrivals == .constant)
        #expect(scenario.transports.first?.pollInterval == .seconds(1))
    }

    @Test(
        "a replay's path starts at the scenario's folder",
        arguments: [("feeds/host.ndjson", "Scenarios/feeds/host.ndjson"), ("/data/host.ndjson", "/data/host.ndjson")]
    )
    func replayPath(written: String, resolved: String) throws {
        let scenario = try read(minimal, overrides: ["feeds=[{source: \"replay:\(written)\", speed: 2}]"])
        #expect(scenario.feeds.first?.source == .replay(path: resolved))
        #expect(scenario.feeds.first?.speed == 2)
        #expect(scenario.feeds.first?.rate == nil)
    }

    @Test("cases are the cross product of swept fields, the last field fastest")
    func sweep() throws {
        let scenario = try read(
            """
            name: sweep
            feeds:
              - {source: synthetic, rate: [1/min, 10/s], payload: [20B, 1KiB]}
            clients: [1, 1000000]
            transports: [{use: short-poll}, {use: websocket}]
            """
        )
        let ids = scenario.cases.map(\.id)
        #expect(ids.count == 16)
        #expect(ids.first == "synthetic-1-per-min-20B_1-client_short-poll")
        #expect(ids[1] == "synthetic-1-per-min-20B_1-client_websocket")
        #expect(ids[2] == "synthetic-1-per-min-20B_1000000-clients_short-poll")
        #expect(ids.last == "synthetic-10-per-s-1KiB_1000000-clients_websocket")
        #expect(scenario.measuringTime == .seconds(12 * 16))
    }

    @Test("two uses of a transport differ by options or label")
    func variants() throws {
        let scenario = try read(
            minimal,
            overrides: ["transports=[{use: short-poll, interval: 250ms}, {use: short-poll, label: slow}]"]
        )
        #expect(scenario.transports.map(\.id) == ["short-poll_interval-250ms", "short-poll_slow"])
        #expect(scenario.cases[1].condition == "synthetic-10-per-s-128B_100-clients")
    }

    @Test("two recordings with the same name get different case names")
    func equalNames() throws {
        let feeds = "feeds=[{source: \"replay:a/x.ndjson\"}, {source: \"replay:b/x.ndjson\"}]"
        let ids = try read(minimal, overrides: [feeds]).cases.map(\.id)
        #expect(ids == ["replay-x_100-clients_short-poll", "replay-x-2_100-clients_short-poll"])
    }

    @Test("only bursty arrivals have a burst")
    func bursts() throws {
        let bursty = try read(minimal, overrides: ["feeds=[{source: synthetic, arrivals: bursty}]"])
        #expect(bursty.feeds.first?.burst == 10)
        #expect(bursty.feeds.first?.id == "synthetic-bursty10-10-per-s-128B")
        #expect(try read(minimal).feeds.first?.burst == nil)
    }

    @Test("anchors and aliases work")
    func aliases() throws {
        let scenario = try read(
            """
            name: twins
            feeds: [{source: synthetic, rate: &fast 100/s}, {source: host, rate: *fast}]
            transports: [{use: websocket}]
            """
        )
        #expect(scenario.feeds.map(\.rate) == Array(repeating: ItemRate(items: 100, per: .seconds(1)), count: 2))
    }

    @Test("the largest seed is read")
    func largestSeed() throws {
        #expect(try read(minimal + "seed: 18446744073709551615").seed == .max)
    }

    @Test("overrides replace and add fields, also inside lists")
    func overrides() throws {
        let scenario = try read(
            minimal,
            overrides: ["duration=5s", "transports[0].interval=250ms", "clients=[10,100]", "feeds[0].rate=1/s"]
        )
        #expect(scenario.cases.first?.duration == .seconds(5))
        #expect(scenario.transports.first?.pollInterval == .milliseconds(250))
        #expect(scenario.clients == [10, 100])
        #expect(scenario.feeds.first?.rate == ItemRate(items: 1, per: .seconds(1)))
    }
}
