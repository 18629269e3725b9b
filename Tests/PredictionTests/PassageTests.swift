import Link
import Measurement
import Testing
import Transports

@testable import Prediction

@Suite("Items on a line with a bandwidth")
struct PassageTests {
    private func link(kilobits: Int64? = nil, roundTrip: Int64 = 20) -> LinkForecast {
        var settings = LinkSettings(slowStart: true)
        let rate = kilobits.map { BitRate(bitsPerSecond: $0 * 1_000) }
        (settings.up.delay, settings.down.delay) = (.milliseconds(roundTrip / 2), .milliseconds(roundTrip / 2))
        (settings.up.bandwidth, settings.down.bandwidth) = (rate, rate)
        return LinkForecast(settings)
    }

    private func predicted(
        _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:], rate: Double,
        arrivals: FeedForecast.Arrivals, payload: Double, kilobits: Int64
    ) throws -> Forecast {
        let subject = PredictedCase(
            id: type.name, type: type, options: try type.checkedOptions(options),
            feed: FeedForecast(rate: rate, arrivals: arrivals, payload: payload), link: link(kilobits: kilobits),
            clients: 20, feedTime: 100)
        return subject.forecast
    }

    @Test("an item arrives with the segment that has its last byte")
    func segments() {
        let batches = [Batch(items: 10, weight: 1)]
        let passage = Passage(link: link(kilobits: 2_000), head: 0, item: 260, batches: batches, pauses: 1)
        // 250,000 B/s: five items end in the first segment, five in the second, which is shorter.
        let (first, second) = (1_448 / 250_000.0, 2_600 / 250_000.0)
        #expect(abs(passage.mean.value - (first + second) / 2) < 1e-12)
        #expect(abs(passage.median.value - (first + second) / 2) < 1e-12)
        #expect(abs(passage.largest - second) < 1e-12)
        #expect(abs(passage.mean.low - 260 * 5.5 / 250_000) < 1e-12 && passage.mean.high == passage.largest)
    }

    // Measured with 50 items/s of 256 B over 2 Mbit/s and 20 ms, in ms.
    @Test(
        "bursts: mean and median of pushed items, and of those in one answer of long polling",
        arguments: [(10, 19.1, 20.6), (50, 39.9, 39.5), (200, 119.6, 117.4)])
    func bursts(burst: Int, mean: Double, median: Double) throws {
        for type in [WebSocketPush.self, LongPolling.self] as [any ClientTransport.Type] {
            let forecast = try predicted(type, rate: 50, arrivals: .bursty(burst), payload: 256, kilobits: 2_000)
            let (own, middle) = (try #require(forecast.mean), try #require(forecast.median))
            #expect(abs(own.value * 1_000 / mean - 1) < 0.05, "\(type): mean \(own)")
            #expect(middle.low * 1_000 <= median && median <= middle.high * 1_000, "\(type): median \(middle)")
        }
    }

    @Test("short polling: items wait for those before them in the answer, not for all of them")
    func shortPoll() throws {
        let options = ["interval": TransportOptionValue.duration(.seconds(1))]
        let mean = try #require(
            try predicted(
                ShortPolling.self, options, rate: 50, arrivals: .periodic, payload: 256, kilobits: 2_000
            ).mean)
        // Measured: 539 ms.
        #expect(abs(mean.value - 0.539) < 0.005, "\(mean)")
    }

    @Test("a line that is too slow for the feed has no delays; its answers lengthen the turn of a long poll")
    func slow() throws {
        for type in [WebSocketPush.self, LongPolling.self, ShortPolling.self] as [any ClientTransport.Type] {
            #expect(try predicted(type, rate: 20, arrivals: .periodic, payload: 512, kilobits: 64).mean == nil)
        }
        let thin = try predicted(LongPolling.self, rate: 10, arrivals: .periodic, payload: 512, kilobits: 64)
        // An answer of 1 to 2 items takes 80 to 150 ms.
        #expect(thin.itemsPerResponse > 1.2 && thin.itemsPerResponse < 2.5, "\(thin.itemsPerResponse)")
        #expect(try #require(thin.mean).value < 0.5)
    }

    @Test("a message of many segments needs further round trips while the window is small")
    func window() {
        let far = link(roundTrip: 100)
        #expect(far.windowWait(of: 10) == 0)
        #expect(far.windowWait(of: 11) == 0.1 && far.windowWait(of: 30) == 0.1)
        #expect(far.windowWait(of: 31) == 0.2 && far.windowWait(of: 70) == 0.2)
        // Ten segments take 58 ms, longer than the round trip.
        #expect(link(kilobits: 2_000).windowWait(of: 36) == 0)
        #expect(LinkForecast().windowWait(of: 1_000) == 0)
    }
}
