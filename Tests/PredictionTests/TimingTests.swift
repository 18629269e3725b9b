import Foundation
import Link
import Measurement
import Testing
import Transports

@testable import Prediction

@Suite("Closed forms of delays and requests")
struct TimingTests {
    private func subject(
        _ name: String, _ options: [String: TransportOptionValue] = [:], rate: Double = 10,
        arrivals: FeedForecast.Arrivals = .poisson, roundTrip: Double = 0.2, clients: Double = 100
    ) throws -> PredictedCase {
        let type = try #require(TransportRegistry.standard.push(named: name))
        return PredictedCase(
            id: name, type: type, options: try type.checkedOptions(options),
            feed: FeedForecast(rate: rate, arrivals: arrivals, payload: 128),
            link: LinkForecast(roundTrip: roundTrip), clients: clients, feedTime: 100)
    }

    private func expect(
        _ value: Bounded?, near expected: Double, within tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let value = try #require(value, sourceLocation: sourceLocation)
        #expect(abs(value.value - expected) <= tolerance, "\(value)", sourceLocation: sourceLocation)
        #expect(value.low <= value.value && value.value <= value.high, "\(value)", sourceLocation: sourceLocation)
    }

    @Test("push-median, push-max: the median has no loss, the maximum has four timeouts and the last client's turn")
    func pushOrder() throws {
        var settings = LinkSettings()
        (settings.up.delay, settings.down.delay) = (.milliseconds(40), .milliseconds(40))
        settings.down.loss = 0.02
        var lossy = try subject("websocket", rate: 5, roundTrip: 0, clients: 1)
        lossy.link = LinkForecast(settings)
        let forecast = lossy.forecast
        let processing = 110e-6
        try expect(forecast.median, near: 0.04 + processing, within: 1e-6)
        // loss: 2 % of 200 ms, and half of that for the item behind it.
        try expect(forecast.mean, near: 0.04 + processing + 0.02 * 0.2 * 1.5, within: 1e-6)
        try expect(forecast.largest, near: 0.04 + 0.8 + 2 * processing, within: 1e-6)
        #expect(forecast.formulas.median == .pushMedian && forecast.formulas.largest == .pushMax)
    }

    @Test("push-mean: only random arrivals queue for the line; a small burst is one segment")
    func pushQueue() throws {
        func mean(_ arrivals: FeedForecast.Arrivals) throws -> Double {
            var settings = LinkSettings()
            settings.down.bandwidth = BitRate(bitsPerSecond: 80_000)
            var subject = try subject("raw-tcp", rate: 20, arrivals: arrivals, roundTrip: 0, clients: 1)
            subject.link = LinkForecast(settings)
            return try #require(subject.forecast.mean).value
        }
        // 132 B at 10 kB/s, a load of 26.4 %.
        let own = 0.0132 + 110e-6
        #expect(abs(try mean(.periodic) - own) < 1e-6)
        #expect(abs(try mean(.poisson) - own - 0.264 * 0.0132 / (2 * 0.736)) < 1e-6)
        #expect(abs(try mean(.bursty(3)) - own - 0.0264) < 1e-6)
    }

    @Test("medians and maxima of the other transports", arguments: ["short-poll", "long-poll", "post", "echo"])
    func ofOthers(name: String) throws {
        let types: [String: any ClientTransport.Type] = [
            "short-poll": ShortPolling.self, "long-poll": LongPolling.self, "post": HTTPPost.self,
            "echo": WebSocketEcho.self,
        ]
        let type = try #require(types[name])
        let subject = PredictedCase(
            id: name, type: type, options: type.defaultOptions,
            feed: FeedForecast(rate: 1, arrivals: .poisson, payload: 128), link: LinkForecast(roundTrip: 0.2),
            clients: 1, feedTime: 100)
        let forecast = subject.forecast
        switch name {
        case "short-poll":
            #expect(forecast.median == forecast.mean && forecast.formulas.median == .shortPollMedian)
            try expect(forecast.largest, near: 1.1, within: 0.001)
        case "long-poll":
            // A fifth of the items waits.
            try expect(forecast.median, near: 0.1, within: 0.001)
            try expect(forecast.largest, near: 0.3, within: 0.001)
            #expect(forecast.formulas.median == .longPollMedian)
        default:
            #expect(forecast.formulas.median == .echoMedian && forecast.formulas.largest == .echoMax)
            try expect(forecast.median, near: 0.2, within: 0.001)
            try expect(forecast.mean, near: 0.2, within: 0.001)
            try expect(forecast.largest, near: 0.2, within: 0.001)
        }
    }

    @Test("items of a response: more than λ/f, since empty ones do not count")
    func batches() throws {
        let short = try subject("short-poll", ["interval": .duration(.seconds(1))], rate: 1).forecast
        #expect(abs(short.itemsPerResponse - 1 / (1 - exp(-1))) < 1e-6)
        let options = ["hold": TransportOptionValue.duration(.seconds(1))]
        let long = try subject("long-poll", options, rate: 2, roundTrip: 0.8, clients: 1).forecast
        let answers = long.requestRate.value * (1 - long.emptyShare.value)
        #expect(abs(long.itemsPerResponse - 2 / answers) < 1e-6)
    }

    @Test("push takes one way", arguments: ["websocket", "sse", "http-stream", "raw-tcp"])
    func push(name: String) throws {
        let forecast = try subject(name, clients: 1).forecast
        try expect(forecast.mean, near: 0.1, within: 0.001)
        #expect(forecast.coherence == Bounded(1))
    }

    @Test("short polling waits half an interval and one way; a slow network makes the interval longer")
    func shortPoll() throws {
        let forecast = try subject("short-poll", ["interval": .duration(.seconds(1))]).forecast
        try expect(forecast.mean, near: 0.5 + 0.1, within: 0.001)
        try expect(forecast.largest, near: 1.1, within: 0.001)
        #expect(forecast.requestRate == Bounded(1))
        let slow = try subject("short-poll", ["interval": .duration(.milliseconds(100))]).forecast
        try expect(slow.mean, near: 0.1 + 0.1, within: 0.001)
        #expect(slow.requestRate == Bounded(5))
    }

    @Test("the mean wait of n clients with one phase per stratum is bounded by J/2 ± J/2n")
    func phases() throws {
        let one = try subject("short-poll", arrivals: .periodic, roundTrip: 0, clients: 1).forecast
        let mean = try #require(one.mean)
        #expect(mean.low < 0.001 && mean.high > 1)
        let many = try #require(try subject("short-poll", roundTrip: 0, clients: 1_000).forecast.mean)
        #expect(many.low > 0.499 && many.high < 0.51)
    }

    @Test("empty answers of short polling")
    func empty() throws {
        let options = ["interval": TransportOptionValue.duration(.milliseconds(500))]
        try expect(
            subject("short-poll", options, rate: 1).forecast.emptyShare, near: exp(-0.5), within: 1e-9)
        try expect(
            subject("short-poll", options, rate: 1, arrivals: .periodic).forecast.emptyShare, near: 0.5, within: 1e-9)
        try expect(
            subject("short-poll", options, rate: 2, arrivals: .bursty(4)).forecast.emptyShare, near: 0.75,
            within: 1e-9)
    }

    @Test("the newest item alone: coherence and age")
    func newest() throws {
        let options: [String: TransportOptionValue] = ["interval": .duration(.seconds(2)), "latest": .flag(true)]
        let poisson = try subject("short-poll", options, rate: 5, roundTrip: 0).forecast
        try expect(poisson.coherence, near: (1 - exp(-10)) / 10, within: 1e-9)
        try expect(poisson.mean, near: 0.2, within: 0.002)
        let periodic = try subject("short-poll", options, rate: 5, arrivals: .periodic, roundTrip: 0).forecast
        try expect(periodic.coherence, near: 0.1, within: 1e-9)
        try expect(periodic.mean, near: 0.1, within: 0.002)
    }

    @Test("long polling with Poisson arrivals: λ / (λR + e^(−λR)) requests, and the share that waits R/2")
    func longPoll() throws {
        let forecast = try subject("long-poll", clients: 1).forecast
        let turn = 0.2 + 0.0002 + 30e-6
        let due = 10 * turn
        let requests = due + exp(-due)
        try expect(forecast.requestRate, near: 10 / requests, within: 0.01)
        try expect(forecast.mean, near: 0.1 + due / requests * turn / 2, within: 0.001)
        try expect(forecast.emptyShare, near: 0, within: 1e-9)
    }

    @Test("long polling of a periodic feed takes one way, unless items are closer than a round trip")
    func periodicLongPoll() throws {
        let slow = try subject("long-poll", rate: 2, arrivals: .periodic, clients: 1).forecast
        try expect(slow.mean, near: 0.1, within: 0.002)
        try expect(slow.requestRate, near: 2, within: 1e-9)
        let fast = try subject("long-poll", rate: 50, arrivals: .periodic, clients: 1).forecast
        try expect(fast.mean, near: 0.2, within: 0.002)
        try expect(fast.requestRate, near: 5, within: 0.02)
        try expect(fast.largest, near: 0.3, within: 0.002)
    }

    @Test("with a short hold, items are due in the gap after an empty answer, and wait there")
    func shortHolds() throws {
        func long(_ hold: Int64, rate: Double, _ arrivals: FeedForecast.Arrivals) throws -> Forecast {
            let options = ["hold": TransportOptionValue.duration(.seconds(hold))]
            return try subject("long-poll", options, rate: rate, arrivals: arrivals, roundTrip: 0.8, clients: 1)
                .forecast
        }
        // Simulated: 295 ms and 256 ms of waiting after a way of 400 ms.
        try expect(long(1, rate: 1, .poisson).mean, near: 0.695, within: 0.002)
        try expect(long(25, rate: 1, .poisson).mean, near: 0.656, within: 0.002)
        // Every second item is due in the gap. Measured: 716 ms, and one empty answer for two items.
        let periodic = try long(1, rate: 0.5, .periodic)
        try expect(periodic.mean, near: 0.7, within: 0.003)
        try expect(periodic.requestRate, near: 0.75, within: 0.001)
        try expect(periodic.emptyShare, near: 1.0 / 3, within: 0.001)
    }

    @Test("a hold that ends before the next item makes empty answers")
    func holds() throws {
        let options = ["hold": TransportOptionValue.duration(.seconds(1))]
        let periodic = try subject("long-poll", options, rate: 0.1, arrivals: .periodic, roundTrip: 0).forecast
        try expect(periodic.emptyShare, near: 0.9, within: 1e-9)
        let poisson = try subject("long-poll", options, rate: 0.1, roundTrip: 0, clients: 1).forecast
        try expect(poisson.emptyShare, near: exp(-0.1), within: 0.001)
    }

    @Test("one item per answer is the M/D/1 queue, and is unstable beyond one per round trip")
    func singleItems() throws {
        let options = ["batch": TransportOptionValue.choice("one")]
        let forecast = try subject("long-poll", options, rate: 2, clients: 1).forecast
        let turn = 0.20023
        try expect(forecast.mean, near: 0.1 + 2 * turn * turn / (2 * (1 - 2 * turn)), within: 0.002)
        let unstable = try subject("long-poll", options, rate: 6).forecast
        #expect(unstable.mean == nil)
    }

    @Test("a new connection per request costs a round trip, with TLS two")
    func newConnections() throws {
        let options: [String: TransportOptionValue] = [
            "interval": .duration(.milliseconds(100)), "connection": .choice("new"),
        ]
        try expect(subject("short-poll", options).forecast.requestRate, near: 1 / 0.4, within: 1e-9)
        let encrypted = options.merging(["tls": .flag(true)]) { $1 }
        try expect(subject("short-poll", encrypted).forecast.requestRate, near: 1 / 0.6, within: 1e-9)
    }
}
