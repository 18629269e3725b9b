import Measurement
import Testing
import Transports

@testable import Prediction

@Suite("Figures of a case")
struct FiguresTests {
    private func value(
        _ quantity: String, _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:],
        rate: Double = 1, payload: Double = 20, clients: Double = 1, time: Double = 100, warmup: Double = 0,
        lead: Double = 0, roundTrip: Double = 0
    ) throws -> Double {
        let subject = PredictedCase(
            id: "x", type: type, options: try type.checkedOptions(options),
            feed: FeedForecast(rate: rate, arrivals: .periodic, payload: payload),
            link: LinkForecast(roundTrip: roundTrip), clients: clients, feedTime: time, warmup: warmup, leadTime: lead)
        return try #require(subject.prediction()[quantity]).value.value
    }

    // The difference of two lengths has no set-up.
    private func perSecond(
        _ quantity: String, _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:],
        rate: Double = 1, roundTrip: Double = 0
    ) throws -> Double {
        func value(_ time: Double) throws -> Double {
            try self.value(quantity, type, options, rate: rate, time: time, roundTrip: roundTrip)
        }
        return (try value(900) - value(100)) / 800
    }

    @Test("wire-bytes: 1,086 B per poll of 2009 and 126 B per pushed item, as derived from the article")
    func quantumLeap() throws {
        let poll = try perSecond("wire_bytes_estimated", ShortPolling.self, ["headers": .choice("quantum2009")])
        #expect(abs(poll - 1_086) < 1)
        // And 26 Pings in 800 s, of 2 B, with Pongs of 6 B and three segments.
        let push = try perSecond("wire_bytes_estimated", WebSocketPush.self) - 26 / 800 * (2 + 6 + 3 * 52)
        #expect(abs(push - 126) < 0.5)
    }

    @Test("layer-bytes: 909 B of headers per poll, 2 B per frame, 22 B more with TLS")
    func layers() throws {
        let options = ["headers": TransportOptionValue.choice("quantum2009")]
        let up = try perSecond("up.http_head", ShortPolling.self, options)
        let down = try perSecond("down.http_head", ShortPolling.self, options)
        #expect(abs(up + down - 909) < 0.1)
        #expect(abs(try perSecond("down.ws_frame_header", WebSocketPush.self) - 2) < 0.01)
        let plain = try value("bytes_per_client_s", WebSocketPush.self, time: 20, warmup: 1)
        let encrypted = try value(
            "bytes_per_client_s", WebSocketPush.self, ["tls": .flag(true)], time: 20, warmup: 1)
        #expect(abs(encrypted - plain - 22) < 1)
    }

    @Test("layer-bytes: a range per item begins with one item, because without any there is no figure")
    func fewItems() throws {
        let subject = PredictedCase(
            id: "x", type: WebSocketPush.self, options: try WebSocketPush.checkedOptions([:]),
            feed: FeedForecast(rate: 0.012, arrivals: .periodic, payload: 20), link: LinkForecast(roundTrip: 0),
            clients: 1, feedTime: 100, warmup: 0, leadTime: 0)
        let prediction = subject.prediction()
        let published = try #require(prediction["published"])
        let perItem = try #require(prediction["overhead_bytes_per_item"])
        #expect(published.value.low == 0)
        #expect((2...100).contains(perItem.value.high), "\(perItem.value)")
    }

    @Test("wire-bytes: what is not answered within 40 ms is acknowledged by a segment without data")
    func acknowledgments() throws {
        /// Segments per message or exchange, of which there are 5 per second.
        func segments(
            _ type: any ClientTransport.Type, _ options: [String: TransportOptionValue] = [:], roundTrip: Double
        ) throws -> Double {
            let wire = try perSecond("wire_bytes_estimated", type, options, rate: 5, roundTrip: roundTrip)
            let up = try perSecond("tcp_payload_bytes_up", type, options, rate: 5, roundTrip: roundTrip)
            let down = try perSecond("tcp_payload_bytes_down", type, options, rate: 5, roundTrip: roundTrip)
            return (wire - up - down) / 52 / 5
        }
        let polls = ["interval": TransportOptionValue.duration(.milliseconds(200))]
        let expected: [(type: any ClientTransport.Type, options: [String: TransportOptionValue], near: Int, far: Int)] =
            [
                (WebSocketEcho.self, [:], 3, 4), (HTTPPost.self, [:], 3, 4), (ShortPolling.self, polls, 3, 4),
                (LongPolling.self, [:], 3, 3), (WebSocketPush.self, [:], 2, 2), (ServerSentEvents.self, [:], 2, 2),
            ]
        for (type, options, near, far) in expected {
            #expect(abs(try segments(type, options, roundTrip: 0.02) - Double(near)) < 0.02, "\(type), near")
            #expect(abs(try segments(type, options, roundTrip: 0.1) - Double(far)) < 0.02, "\(type), far")
        }
        // An echo that comes just before the next message takes its acknowledgment along.
        #expect(abs(try segments(WebSocketEcho.self, roundTrip: 0.19) - 3) < 0.02)
        // A POST that takes longer than the period is followed by the next one at once.
        #expect(abs(try segments(HTTPPost.self, roundTrip: 0.2) - 3) < 0.02)
    }

    @Test("bytes per second are those of the measurement: neither its length nor polls before the feed change them")
    func steadyBytes() throws {
        let options = ["interval": TransportOptionValue.duration(.milliseconds(200))]
        for type in [ShortPolling.self, LongPolling.self, WebSocketPush.self, ServerSentEvents.self]
            as [any ClientTransport.Type]
        {
            let options = type == ShortPolling.self ? options : [:]
            let brief = try value("bytes_per_client_s", type, options, rate: 10, time: 2, warmup: 1, lead: 1)
            let long = try value("bytes_per_client_s", type, options, rate: 10, time: 9, warmup: 1, lead: 1)
            // The sequences have two digits in both.
            #expect(abs(brief - long) < long * 1e-6, "\(type)")
        }
        // 5 polls with two items each; measured with 20 clients on loopback: 2,442 B/s.
        let polled = try value(
            "bytes_per_client_s", ShortPolling.self, options, rate: 10, payload: 128, time: 2, warmup: 1, lead: 0.6)
        #expect(abs(polled - 2_440) < 25)
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

    @Test("has a prediction with finite figures, at any rate and size; together they use every formula")
    func predictions() throws {
        // These are terms within other formulas.
        var unused = Set(Formula.all).subtracting([.tlsRecords, .passage, .loss])
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
                unused.subtract(prediction.figures.map(\.formula))
            }
        }
        #expect(unused.map(\.id) == [])
    }
}
