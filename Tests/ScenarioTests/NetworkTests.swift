import Link
import Measurement
import Testing

@testable import Scenario

@Suite("Networks of a scenario")
struct NetworkTests {
    private func networks(_ line: String, overrides: [String] = []) throws -> [Scenario.Network?] {
        try read(minimal + line + "\n", overrides: overrides).networks
    }

    @Test("without the field there is no network, and cases keep their names")
    func none() throws {
        let scenario = try read(minimal)
        #expect(scenario.networks == [nil])
        #expect(scenario.cases.map(\.id) == ["synthetic-10-per-s-128B_100-clients_short-poll"])
    }

    @Test("rtt is half in each direction, and turns slow start on")
    func roundTrip() throws {
        let settings = try #require(try networks("network: {rtt: 51ms}").first??.settings)
        #expect((settings.up.delay, settings.down.delay) == (.microseconds(25_500), .microseconds(25_500)))
        #expect(settings.slowStart)
        #expect(try networks("network: {rtt: 0ms}").first??.settings.slowStart == false)
        #expect(try networks("network: {rtt: 9ms, slow-start: false}").first??.settings.slowStart == false)
    }

    @Test("every field is read")
    func fields() throws {
        let line = """
            network:
              jitter: 5ms
              jitter-distribution: normal
              bandwidth: 2Mbit/s
              loss: 1%
              queue: 16KiB
              stalls: [1s+100ms, 3s+1s]
              resets: 10s
              silence: 1min
              up: {delay: 30ms, bandwidth: 384kbit/s}
              down: {delay: 20ms, jitter: 1ms, loss: 0.5%, queue: 32KiB, jitter-distribution: exponential}
            """
        let settings = try #require(try networks(line).first??.settings)
        #expect(
            settings.up
                == LinkDirectionSettings(
                    delay: .milliseconds(30), jitter: .milliseconds(5), jitterDistribution: .normal,
                    bandwidth: BitRate(bitsPerSecond: 384_000), queueBytes: 16_384, loss: 0.01))
        #expect(
            settings.down
                == LinkDirectionSettings(
                    delay: .milliseconds(20), jitter: .milliseconds(1), jitterDistribution: .exponential,
                    bandwidth: BitRate(bitsPerSecond: 2_000_000), queueBytes: 32_768, loss: 0.005))
        #expect(
            settings.stalls == [
                LinkStall(after: .seconds(1), duration: .milliseconds(100)),
                LinkStall(after: .seconds(3), duration: .seconds(1)),
            ])
        #expect((settings.meanTimeToReset, settings.meanTimeToSilence) == (.seconds(10), .seconds(60)))
        #expect(settings.buffering == nil)
        #expect(
            try networks("network: {buffering: [whole, 4KiB]}").map { $0?.settings.buffering } == [
                .whole, .bytes(4_096),
            ])
    }

    @Test("fields sweep, and every combination names its cases")
    func sweep() throws {
        let scenario = try read(minimal + "network: {rtt: [0ms, 50ms], loss: [0%, 1.5%]}\n")
        #expect(
            scenario.networks.map { $0?.text } == [
                "rtt=0s,loss=0%", "rtt=0s,loss=1.5%", "rtt=50ms,loss=0%", "rtt=50ms,loss=1.5%",
            ])
        #expect(
            scenario.cases.map(\.id).suffix(1) == [
                "synthetic-10-per-s-128B_100-clients_rtt-50ms-loss-1.5pct_short-poll"
            ])
        #expect(scenario.measuringTime == .seconds(48))
    }

    @Test("a list has presets, texts, groups and none")
    func list() throws {
        let networks = try networks("network: [none, lte, 'dsl,loss=1%', {preset: cable, rtt: 30ms}]")
        #expect(networks.map { $0?.text } == [nil, "lte", "dsl,loss=1%", "cable,rtt=30ms"])
        #expect(networks[1]?.settings == LinkPreset.lte.settings)
        #expect(networks[2]?.settings.down.loss == 0.01)
        #expect(networks[3]?.settings.roundTrip == .milliseconds(30))
    }

    @Test(
        "the text of a network reads as the same network",
        arguments: [
            "lte", "rtt=50ms,loss=1%", "rtt=0s", "stalls=1s+1s,stalls=4s+1s", "jitter=1ms,up.jitter=2ms,down.loss=3%",
            "bandwidth=1Mbit/s,queue=8KiB,slow-start=true,resets=9s,silence=8s,buffering=whole",
        ])
    func text(text: String) throws {
        let network = try #require(try Scenario.Network.read(text))
        #expect(network.text == text)
        #expect(try Scenario.Network.read(network.text) == network)
    }

    @Test("an override sets a network, or one field of a network that the text lacks")
    func overrides() throws {
        #expect(try networks("", overrides: ["network=lte"]).map { $0?.text } == ["lte"])
        #expect(try networks("", overrides: ["network=rtt=50ms,loss=1%"]).map { $0?.text } == ["rtt=50ms,loss=1%"])
        #expect(try networks("", overrides: ["network.up.delay=5ms"]).map { $0?.text } == ["up.delay=5ms"])
        #expect(try networks("", overrides: ["network=[none,dsl]"]).map { $0?.text } == [nil, "dsl"])
    }

    @Test(
        "an impossible network gives one sentence",
        arguments: [
            ("{rtt: -1ms}", "rtt is -1 ms; allowed 0 s to 3 s"),
            ("{rtt: 4s}", "rtt is 4 s; allowed 0 s to 3 s"),
            ("{loss: 200%}", "loss is 200%; allowed 0% to 50%"),
            ("{loss: 0.01}", "loss: \"0.01\" has no unit; write a number followed by %"),
            ("{bandwidth: 0bit/s}", "bandwidth is 0 bit/s; allowed 1 kbit/s to 100 Gbit/s"),
            (
                "{up: {delay: 2s}, down: {delay: 2s}}",
                "network: the delays add up to a round trip of 4 s; allowed 0 s to 3 s"
            ),
            (
                "{jitter: 1ms, queue: 8KiB}",
                "network: queue does not apply: without a bandwidth and without slow start nothing waits"
            ),
            ("{jitter-distribution: normal}", "network: jitter-distribution does not apply: there is no jitter"),
            (
                "{jitter: 1ms, jitter-distribution: cauchy}",
                "jitter-distribution is \"cauchy\"; allowed uniform, normal, exponential"
            ),
            ("{stalls: 5s}", "stalls has \"5s\"; allowed AFTER+LENGTH, such as 10s+2s"),
            (
                "{stalls: [2s+2s, 3s+1s]}",
                "network: the stall after 3 s begins before the end of the one after 2 s; list stalls in order"
            ),
            (
                "{stalls: 12s+1s}",
                "network stalls=12s+1s: a stall begins after 12 s, but warmup and duration end after 12 s"
            ),
            ("{buffering: some}", "buffering is \"some\"; allowed whole, or 1 B to 4 MiB"),
            (
                "{latency: 1ms}",
                "network has no field latency; allowed preset, rtt, jitter, jitter-distribution, bandwidth, loss, "
                    + "queue, slow-start, stalls, resets, silence, buffering, up, down"
            ),
            ("{up: 5ms}", "network.up is \"5ms\"; write a group of fields, such as {delay: 20ms, bandwidth: 1Mbit/s}"),
            ("[]", "network is an empty list; write one network or a list of them"),
            ("[lte, lte]", "network[1] repeats an earlier network (lte)"),
            ("'rtt=1ms,rtt=2ms'", "network has rtt twice"),
            ("'rtt=1ms,'", "network is \"rtt=1ms,\"; write a preset, or fields such as rtt=50ms,loss=1%"),
        ])
    func mistakes(network: String, message: String) {
        #expect(messages(minimal + "network: \(network)\n") == ["Scenarios/idle.yaml:4: \(message)"])
    }

    @Test("an unknown preset gets a suggestion")
    func unknownPreset() throws {
        let message = try #require(messages(minimal + "network: ltee\n").first)
        #expect(message.hasPrefix("Scenarios/idle.yaml:4: network is \"ltee\"; allowed none, a preset (edge, 2g, "))
        #expect(message.hasSuffix("or fields such as rtt=50ms,loss=1%; did you mean lte?"))
    }

    @Test(
        "a transport that cannot be measured through the network is refused",
        arguments: [
            (
                "rtt=200ms", "{use: long-poll, hold: 200ms}",
                "the round trip of 200 ms is not shorter than the hold of long-poll, 200 ms; allowed is a round trip "
                    + "below the hold"
            ),
            (
                "buffering=whole", "{use: raw-tcp}",
                "buffering does not apply to raw-tcp; the link holds back only responses of HTTP/1.1 without TLS"
            ),
            (
                "buffering=whole", "{use: sse, tls: true}",
                "buffering does not apply to sse with TLS; the link holds back only responses of HTTP/1.1 without TLS"
            ),
            (
                "buffering=whole", "{use: sse, http: 2}",
                "buffering does not apply to sse over HTTP/2; the link holds back only responses of HTTP/1.1 without "
                    + "TLS"
            ),
        ])
    func conflicts(network: String, use: String, message: String) {
        let text = """
            name: idle
            feeds: [{source: synthetic}]
            transports: [\(use)]
            network: \(network)
            """
        #expect(messages(text) == ["Scenarios/idle.yaml:4: network \(network): \(message)"])
    }

    @Test("time limits grow with round trips, losses, queues and stalls")
    func allowance() throws {
        func allowance(_ text: String) throws -> Duration? { try Scenario.Network.read(text)?.allowance }
        #expect(try allowance("rtt=0s") == .zero)
        #expect(try allowance("rtt=100ms") == .milliseconds(400))
        #expect(try allowance("rtt=100ms,loss=1%") == .milliseconds(2_000))
        #expect(try allowance("bandwidth=64kbit/s,queue=8kB") == .seconds(2))
        #expect(try allowance("stalls=1s+3s") == .seconds(3))
        #expect(try Scenario.Network.read("bandwidth=8kbit/s")?.setUpTime == .milliseconds(16_384))
    }
}
