import Measurement
import Scenario
import Testing
import Transports
import WireAccounting

@testable import Prediction

@Suite("What is predicted, and what is left out")
struct CoverageTests {
    /// The prediction for the only case of a scenario.
    private func prediction(_ fields: String) throws -> CasePrediction {
        let text = "name: x\n" + fields + "\n"
        let one = try #require(try Scenario(text: text, file: "").cases.first)
        return try #require(PredictedCase(one, recorded: nil, leadTime: 1)).prediction()
    }

    private static let feed = "feeds: [{source: synthetic, rate: 10/s}]\n"

    @Test(
        "delays",
        arguments: [
            // A server that keeps fewer items changes nothing for clients that are fast enough.
            (feed + "history: 50\ntransports: [{use: websocket}]", true),
            (feed + "history: 50\ntransports: [{use: short-poll, interval: 1s}]", true),
            (feed + "history: 10\ntransports: [{use: short-poll, interval: 1s}]", false),
            (feed + "slow-clients: 25%\ntransports: [{use: websocket}]", false),
            (feed + "lifetime: {mean: 2s, away: 200ms}\ntransports: [{use: websocket}]", false),
            (feed + "network: {rtt: 20ms, resets: 3s}\ntransports: [{use: websocket}]", false),
            // A proxy holds back a stream that does not forbid it, but not a response that ends.
            (feed + "transports: [{use: sse, through: nginx-http1.0}]", false),
            (feed + "transports: [{use: sse, through: nginx-http1.0, accel-buffering: no}]", true),
            (feed + "transports: [{use: long-poll, through: nginx-http1.0}]", true),
            (feed + "transports: [{use: sse, through: nginx}]", true),
            (feed + "transports: [{use: sse, through: haproxy}]", true),
            (feed + "transports: [{use: http-stream, through: apache}]", true),
            (feed + "transports: [{use: websocket, through: caddy}]", true),
            (feed + "scale-out: 3\ntransports: [{use: websocket}]", true),
            // On a shared connection a lost segment stalls the items of all clients.
            (feed + "network: rtt=50ms\ntransports: [{use: websocket, http: 2-shared}]", true),
            (feed + "network: rtt=50ms,loss=1%\ntransports: [{use: websocket, http: 2-shared}]", false),
            (feed + "network: rtt=50ms,loss=1%\ntransports: [{use: websocket, http: 2}]", true),
            // The size of compressed answers is not known, and on a thin line it is time.
            (feed + "network: bandwidth=1Mbit/s\ntransports: [{use: short-poll, gzip: true}]", false),
            (feed + "transports: [{use: short-poll, gzip: true}]", true),
            ("feeds: [{source: synthetic, rate: 1/min}]\nduration: 20s\ntransports: [{use: websocket}]", false),
        ])
    func delays(fields: String, hasDelays: Bool) throws {
        let prediction = try prediction(fields)
        #expect((prediction["latency_mean_us"] != nil) == hasDelays)
        #expect((prediction["latency_max_us"] != nil) == hasDelays)
    }

    @Test("every layer has a row where the bytes are known, those without bytes too")
    func layers() throws {
        let plain = try prediction(Self.feed + "transports: [{use: sse}]")
        for place in LayerBytes.places {
            let figure = try #require(plain[place.name], "\(place.name)")
            #expect((figure.value.value > 0) == (figure.value.high > 0))
        }
        #expect(plain["down.ws_frame_header"]?.value == Bounded(0))
        #expect(plain["down.tcp_ip"] == nil)
        let compressed = try prediction(Self.feed + "transports: [{use: websocket, deflate: context-takeover}]")
        #expect(compressed["down.ws_frame_header"] == nil)
        let scaled = try prediction(Self.feed + "scale-out: 1\ntransports: [{use: sse}]")
        #expect(LayerBytes.places.allSatisfy { scaled[$0.name] == nil }, "HAProxy changes headers")
    }

    @Test("a WebSocket that lasts has Pings")
    func keepAlive() throws {
        func bytes(_ quantity: String, _ transport: String, rate: String, seconds: Int) throws -> Double {
            let fields = """
                feeds: [{source: synthetic, rate: \(rate)}]
                clients: 1
                warmup: 0s
                duration: \(seconds)s
                transports: [{use: \(transport)}]
                """
            return try #require(try prediction(fields)[quantity]).value.value
        }
        // A Close in both directions; a Pong for each Ping after 30 s.
        let control = try bytes("up.ws_control", "websocket", rate: "10/s", seconds: 10)
        #expect(try bytes("up.ws_control", "websocket", rate: "10/s", seconds: 100) == control + 3 * 2)
        #expect(
            try bytes("down.ws_control", "websocket, version: hixie-76", rate: "10/s", seconds: 100)
                == bytes("down.ws_control", "websocket, version: hixie-76", rate: "10/s", seconds: 10))
    }

    @Test("a silent event stream has a comment per keep-alive period but the first")
    func comments() throws {
        func short(_ seconds: Int) throws -> Double {
            let prediction = try prediction(
                "feeds: [{source: synthetic, rate: 1/min}]\nduration: \(seconds)s\nwarmup: 0s\n"
                    + "transports: [{use: sse}]")
            return prediction.messages.counts[MessageCounts.Key(.chunk, lengthDigits: 1)] ?? 0
        }
        // The third and the second period, each silent with a probability of 45 in 60 s.
        #expect(try short(50) - short(10) == 2 * 0.75)
    }
}
