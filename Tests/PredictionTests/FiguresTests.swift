import Measurement
import Testing
import Transports

@testable import Prediction

@Suite("Figures of a case")
struct FiguresTests {
    private func value(
        _ quantity: String, _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:],
        rate: Double = 1, payload: Double = 20, clients: Double = 1, time: Double = 100
    ) throws -> Double {
        let subject = PredictedCase(
            id: "x", type: type, options: try type.checkedOptions(options),
            feed: FeedForecast(rate: rate, arrivals: .periodic, payload: payload), link: LinkForecast(),
            clients: clients, feedTime: time)
        return try #require(subject.prediction()[quantity]).value.value
    }

    // The difference of two lengths has no set-up.
    private func perSecond(
        _ quantity: String, _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:]
    ) throws -> Double {
        (try value(quantity, type, options, time: 900) - value(quantity, type, options, time: 100)) / 800
    }

    @Test("wire-bytes: 1,086 B per poll of 2009 and 126 B per pushed item, as derived from the article")
    func quantumLeap() throws {
        let poll = try perSecond("wire_bytes_estimated", ShortPolling.self, ["headers": .choice("quantum2009")])
        #expect(abs(poll - 1_086) < 1)
        #expect(abs(try perSecond("wire_bytes_estimated", WebSocketPush.self) - 126) < 0.5)
    }

    @Test("layer-bytes: 909 B of headers per poll, 2 B per frame, 22 B more with TLS")
    func layers() throws {
        let options = ["headers": TransportOptionValue.choice("quantum2009")]
        let up = try perSecond("up.http_head", ShortPolling.self, options)
        let down = try perSecond("down.http_head", ShortPolling.self, options)
        #expect(abs(up + down - 909) < 0.1)
        #expect(abs(try perSecond("down.ws_frame_header", WebSocketPush.self) - 2) < 0.01)
        let plain = try value("bytes_per_client_s", WebSocketPush.self)
        let encrypted = try value("bytes_per_client_s", WebSocketPush.self, ["tls": .flag(true)])
        #expect(abs(encrypted - plain - 22) < 1)
    }

    @Test("published, connections and coherence are those of all clients, 10 million too")
    func counts() throws {
        #expect(try value("published", WebSocketPush.self, rate: 10) == 999)
        #expect(try value("connects", WebSocketPush.self, clients: 1e7) == 1e7)
        #expect(try value("expected", ServerSentEvents.self, rate: 10, clients: 1e7) == 9.99e9)
        #expect(try value("coherence_ratio", LongPolling.self) == 1)
        let redundancy = try value(
            "redundancy_ratio", ShortPolling.self,
            ["headers": .choice("quantum2009"), "interval": .duration(.milliseconds(500))])
        #expect(abs(redundancy - 2) < 0.01)
    }

    @Test("a poll that opens a connection each time, and a round trip of echoes")
    func connections() throws {
        let options = ["connection": TransportOptionValue.choice("new")]
        #expect(try value("connects", ShortPolling.self, options) == value("requests", ShortPolling.self, options))
        let echo = PredictedCase(
            id: "x", type: HTTPPost.self, options: try HTTPPost.checkedOptions([:]),
            feed: FeedForecast(rate: 5, arrivals: .periodic, payload: 100), link: LinkForecast(roundTrip: 0.05),
            clients: 10, feedTime: 10)
        let mean = try #require(echo.forecast.mean)
        #expect(mean.low <= 0.0502 && mean.high >= 0.052)
        let slow = PredictedCase(
            id: "x", type: HTTPPost.self, options: try HTTPPost.checkedOptions([:]),
            feed: FeedForecast(rate: 5, arrivals: .periodic, payload: 100), link: LinkForecast(roundTrip: 0.5),
            clients: 10, feedTime: 10)
        #expect(slow.forecast.mean == nil)
    }
}

@Suite("Every transport with every option")
struct AllUsesTests {
    /// Each transport with its defaults, and with every word and flag of each option.
    private static let uses: [(type: any ClientTransport.Type, options: TransportOptions)] =
        TransportRegistry.standard.all.flatMap { type in
            [(type, type.defaultOptions)]
                + type.options.flatMap { option -> [(type: any ClientTransport.Type, options: TransportOptions)] in
                    let values: [TransportOptionValue] =
                        switch option.kind {
                        case .choice(let words): words.map { .choice($0) }
                        case .flag: [.flag(true)]
                        case .duration(let range): [.duration(range.lowerBound), .duration(range.upperBound)]
                        case .number(let range): [.number(range.lowerBound)]
                        }
                    return values.compactMap { value in
                        (try? type.checkedOptions([option.name: value])).map { (type, $0) }
                    }
                }
        }

    @Test("has a prediction with finite figures, at any rate and size")
    func predictions() throws {
        for (type, options) in Self.uses {
            for (rate, payload, arrivals) in [(0.01, 20, .poisson), (1e5, 100, .bursty(1_000))]
                as [(Double, Double, FeedForecast.Arrivals)]
            {
                let subject = PredictedCase(
                    id: type.name, type: type, options: options,
                    feed: FeedForecast(rate: rate, arrivals: arrivals, payload: payload),
                    link: LinkForecast(roundTrip: 0.05), clients: 3, feedTime: 5, leadTime: 1)
                let prediction = subject.prediction()
                #expect(!prediction.figures.isEmpty)
                #expect(prediction.figures.allSatisfy { $0.value.low <= $0.value.high && $0.value.value.isFinite })
            }
        }
    }
}
