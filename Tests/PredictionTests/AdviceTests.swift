import Measurement
import Scenario
import Testing
import Transports

@testable import Prediction

@Suite("Advice")
struct AdviceTests {
    private func request(
        rate: Int64 = 10, per unit: Duration = .seconds(1), payload: Int = 128, age: Duration = .seconds(1),
        roundTrip: Duration = .milliseconds(50), clients: Int = 1_000, headers: RequestProfile = .minimal,
        segment: Int? = nil
    ) -> AdviceRequest {
        AdviceRequest(
            rate: ItemRate(items: rate, per: unit), payload: payload, clients: clients, roundTrip: roundTrip,
            age: age, encrypts: false, headers: headers, segmentBytes: segment)
    }

    private func wire(_ request: AdviceRequest, _ name: String) throws -> Advice.Candidate {
        try #require(Advice(request, costs: .reference).candidates.first { $0.type.name == name })
    }

    @Test("the poll interval keeps every item young enough")
    func interval() {
        #expect(request().longestInterval == .milliseconds(970))
        #expect(request(age: .milliseconds(20), roundTrip: .milliseconds(50)).longestInterval == nil)
    }

    @Test("at a low rate pushed items cost least; at a high one polls that carry many items")
    func ranking() {
        let low = Advice(request(rate: 3), costs: .reference)
        #expect(low.candidates.first?.type.name == "websocket")
        let high = Advice(request(rate: 50), costs: .reference)
        #expect(high.candidates.first?.type.name == "short-poll")
        #expect(high.candidates.allSatisfy { $0.meetsAge })
    }

    @Test("what is too old at worst comes last")
    func age() {
        let advice = Advice(request(age: .milliseconds(40)), costs: .reference)
        #expect(advice.candidates.last?.meetsAge == false)
        #expect(advice.candidates.first?.meetsAge == true)
    }

    @Test("headers change the bytes of every transport that has them", arguments: [RequestProfile.cookie, .bearer])
    func headers(profile: RequestProfile) throws {
        let all = ["short-poll", "long-poll", "websocket", "sse", "http-stream"]
        for name in all {
            let minimal = try wire(request(), name).bytes
            let own = try wire(request(headers: profile), name).bytes
            // A request per second and more has them each time, others once.
            #expect(own > minimal + (name.hasSuffix("poll") ? 20 : 0.01), "\(name): \(minimal) B/s, \(own) B/s")
        }
        #expect(request(headers: profile).transportsWithoutHeaders == [])
        #expect(request(headers: .modernBrowser).transportsWithoutHeaders == ["websocket", "sse", "http-stream"])
    }

    @Test("break-even points are those of the table", arguments: [1, 100] as [Int64], [0, 50] as [Int64])
    func breakEven(rate: Int64, roundTrip: Int64) throws {
        let request = request(rate: rate, roundTrip: .milliseconds(roundTrip))
        let point = PollingBreakEven(request)
        func push(_ rate: Double) throws -> Advice.Candidate {
            try #require(Advice.candidate(WebSocketPush.self, [:], request, .reference, rate: rate))
        }
        func poll(_ interval: Double, rate: Double) throws -> Advice.Candidate {
            let options = ["interval": TransportOptionValue.duration(.nanoseconds(Int64(interval * 1e9)))]
            return try #require(Advice.candidate(ShortPolling.self, options, request, .reference, rate: rate))
        }
        let own = Double(rate)
        if let interval = point.interval.value {
            #expect(try poll(interval * 1.1, rate: own).wireBytes < push(own).wireBytes)
            #expect(try poll(interval * 0.9, rate: own).wireBytes > push(own).wireBytes)
            #expect(try #require(point.items) < 20)
        } else {
            // Polls are a round trip apart, and carry enough items then.
            #expect(point.interval == .everywhere && roundTrip * rate > 1_000)
        }
        let longest = try #require(request.longestInterval).seconds
        let dense = try #require(point.rate.value) * 1.1
        #expect(try poll(longest, rate: dense).wireBytes < push(dense).wireBytes)
        // Those of minimal requests are above 150 B.
        let bytes = point.headers.value ?? (point.headers == .everywhere ? .infinity : 0)
        #expect((bytes > 180) == (try poll(longest, rate: own).wireBytes < push(own).wireBytes), "\(bytes) B")
    }

    @Test("where polling never costs less, there is no point, and its figures say why")
    func noBreakEven() throws {
        // Without headers, a poll has TCP/IP headers and the items; few of these cost less when they are pushed.
        let rare = PollingBreakEven(request(rate: 1, per: .seconds(60)))
        #expect(rare.headers == .nowhere)
        let exchange = try #require(rare.acceptable)
        #expect(exchange.poll - exchange.headers > exchange.push && exchange.headers > 100)
        let short = PollingBreakEven(request(age: .milliseconds(20), roundTrip: .milliseconds(50)))
        #expect(short.rate == .unknown && short.headers == .unknown && short.acceptable == nil)
    }

    @Test("an item per hour: silence costs Pings, comments and empty answers, and rare polls cost less")
    func silence() throws {
        let request = request(rate: 1, per: .seconds(3_600), age: .seconds(3_600))
        let advice = Advice(request, costs: .reference)
        func idle(_ name: String) throws -> Double {
            try #require(advice.candidates.first { $0.type.name == name }).idleBytes
        }
        #expect(advice.candidates.first?.type.name == "http-stream")
        #expect(try idle("http-stream") < 0.01)
        // A Ping, a Pong and its acknowledgment, 164 B in 30 s; a comment and its acknowledgment in 15 s.
        #expect(try abs(idle("websocket") - 5.4) < 0.2)
        #expect(try abs(idle("sse") - 7.5) < 0.3)
        #expect(try idle("long-poll") > idle("sse"))
        // An answer in 10 minutes.
        #expect(try idle("short-poll") < 1)
        let interval = try #require(advice.breakEven.interval.value)
        #expect(interval > 30 && interval < 200 && advice.breakEven.items == nil)
    }

    @Test(
        "nothing is older with WebSocket than with long polling, and both are as old at best",
        arguments: [1, 1_000] as [Int64], [0, 1, 50, 3_000] as [Int64])
    func ages(rate: Int64, roundTrip: Int64) throws {
        for payload in [20, 128, 1_048_576] {
            let request = request(rate: rate, payload: payload, roundTrip: .milliseconds(roundTrip))
            let push = try #require(Advice.candidate(WebSocketPush.self, [:], request, .reference))
            let poll = try #require(Advice.candidate(LongPolling.self, [:], request, .reference))
            let (longest, longestPolled) = (try #require(push.largestAge), try #require(poll.largestAge))
            #expect(longest <= longestPolled, "\(payload) B")
            #expect(try #require(push.meanAge) <= (try #require(poll.meanAge)) + 1e-9, "\(payload) B")
        }
    }

    @Test("64 KiB are 46 segments and their acknowledgments on a network, two segments on loopback")
    func segments() throws {
        let bytes = 65_536
        func headers(_ roundTrip: Int64, _ segment: Int? = nil) throws -> Double {
            let push = try wire(
                request(rate: 1, payload: bytes, roundTrip: .milliseconds(roundTrip), segment: segment), "websocket")
            return (push.wireBytes - push.bytes) / 52
        }
        let far = try headers(50)
        #expect(far > 46 + 20 && far < 46 + 30, "\(far)")
        #expect(try headers(0) < 5)
        #expect(abs(try headers(0, 1_448) - far) < 0.01)
    }

    @Test(
        "the proposed scenario is valid, whatever was asked", arguments: [1, 10, 100_000] as [Int64],
        [1, 100, 3_600_000])
    func scenario(rate: Int64, age: Int) throws {
        let advice = Advice(request(rate: rate, age: .milliseconds(age), clients: 10_000_000), costs: .reference)
        let scenario = try Scenario(text: advice.scenario(repeats: 9), file: "advise")
        #expect(scenario.cases.count == 2)
        #expect(scenario.cases.allSatisfy { $0.clients == Advice.mostMeasuredClients })
    }

    @Test("the proposed scenario has enough items and repeats, or says that it has few items")
    func firmness() throws {
        #expect(Advice(request(), costs: .reference).measuredSeconds == 10)
        #expect(Advice(request(rate: 1), costs: .reference).measuredSeconds == 20)
        let rare = Advice(request(rate: 1, per: .seconds(60)), costs: .reference)
        #expect(rare.measuredSeconds == Advice.longestMeasurement)
        let text = rare.scenario(repeats: 9)
        #expect(text.contains("# Only about 10 items per repeat"))
        #expect(text.contains("repeats: 9\n"))
        #expect(!Advice(request(), costs: .reference).scenario(repeats: 9).contains("Only about"))
        // A scenario has no slower feed.
        let hourly = Advice(request(rate: 1, per: .seconds(3_600)), costs: .reference).scenario(repeats: 9)
        #expect(hourly.contains("rate: 1/min,") && hourly.contains("so the rate is not 1/h."))
        #expect(try Scenario(text: hourly, file: "advise").cases.count == 2)
    }
}
