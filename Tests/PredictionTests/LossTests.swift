import Link
import Measurement
import Testing
import Transports

@testable import Prediction

@Suite("Delays with lost segments")
struct LossTests {
    /// A round trip of 50 ms, and the same loss in both directions.
    private func predicted(
        _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:], loss: Double,
        rate: Double = 10, arrivals: FeedForecast.Arrivals = .periodic
    ) throws -> Forecast {
        var settings = LinkSettings(slowStart: true)
        (settings.up.delay, settings.down.delay) = (.milliseconds(25), .milliseconds(25))
        (settings.up.loss, settings.down.loss) = (loss, loss)
        let subject = PredictedCase(
            id: type.name, type: type, options: try type.checkedOptions(options),
            feed: FeedForecast(rate: rate, arrivals: arrivals, payload: 100), link: LinkForecast(settings),
            clients: 1, feedTime: 1_000)
        return subject.forecast
    }

    @Test("bursts of 10 messages with 2 % loss: the median is that of the others, the mean carries the loss")
    func echo() throws {
        let lossy = try predicted(WebSocketEcho.self, loss: 0.02, arrivals: .bursty(10))
        let lossless = try predicted(WebSocketEcho.self, loss: 0, arrivals: .bursty(10))
        #expect(lossy.median?.value == lossless.median?.value)
        // Measured: 50.7 ms.
        let median = try #require(lossy.median)
        #expect(abs(median.value - 0.0507) < 0.001)
        // The ten messages are one segment each way, and the next burst comes after the timeout.
        let (mean, without) = (try #require(lossy.mean), try #require(lossless.mean))
        #expect(abs(mean.value - without.value - 2 * 0.02 * 0.2) < 1e-9)
    }

    @Test("a POST of a burst waits for those before it: the median of round trips and timeouts")
    func post() throws {
        // Measured: 303 ms, with an interval of 303 ms to 351 ms.
        let lossy = try #require(try predicted(HTTPPost.self, loss: 0.02, arrivals: .bursty(10)).median)
        #expect(abs(lossy.value - 0.303) < 0.003)
        #expect(lossy.low < 0.302 && lossy.high > 0.35)
        let lossless = try #require(try predicted(HTTPPost.self, loss: 0, arrivals: .bursty(10)).median)
        #expect(lossless.low <= 0.2525 && lossless.high >= 0.303)
    }

    @Test("pushed items: one timeout, and less for each item behind a lost one", arguments: [0.01, 0.03])
    func push(loss: Double) throws {
        // 10/s: the next item is late by 100 ms, the one after it not at all.
        let forecast = try predicted(WebSocketPush.self, loss: loss)
        let (mean, median) = (try #require(forecast.mean), try #require(forecast.median))
        #expect(abs(mean.value - median.value - loss * 0.3) < 1e-9)
        #expect(abs(median.value - 0.025) < 0.001)
    }

    @Test("long polling: the median is one way; a late answer or request makes the next items wait, too")
    func longPoll() throws {
        let lossy = try predicted(LongPolling.self, loss: 0.02)
        let (mean, median) = (try #require(lossy.mean), try #require(lossy.median))
        #expect(abs(median.value - 0.025) < 0.001)
        // A gap of 250 ms and processing has two items, which wait 150 and 50 ms.
        #expect(abs(mean.value - median.value - 0.02 * 0.2 - 2 * 0.02 * 0.2) < 0.0001)
    }

    @Test("short polling: a lost answer costs a timeout, a lost request little")
    func shortPoll() throws {
        let options = ["interval": TransportOptionValue.duration(.seconds(1))]
        let lossy = try #require(try predicted(ShortPolling.self, options, loss: 0.02).mean)
        let lossless = try #require(try predicted(ShortPolling.self, options, loss: 0).mean)
        // Ten items of about 120 B are one segment.
        #expect(abs(lossy.value - lossless.value - 0.02 * 0.2 - 0.02 * 0.2 * 0.2) < 1e-9)
    }

    @Test("no delays if loss delays half of the items", arguments: ["websocket", "long-poll", "short-poll", "echo"])
    func half(name: String) throws {
        let type: any ClientTransport.Type =
            name == "echo" ? WebSocketEcho.self : try #require(TransportRegistry.standard.push(named: name))
        let forecast = try predicted(type, loss: 0.4, rate: 50)
        #expect(forecast.median == nil && forecast.mean == nil && forecast.largest == nil)
    }
}
