import Measurement
import Scenario
import Testing
import Transports

@testable import Prediction

@Suite("Advice")
struct AdviceTests {
    private func request(
        rate: Int64 = 10, age: Duration = .seconds(1), roundTrip: Duration = .milliseconds(50), clients: Int = 1_000
    ) -> AdviceRequest {
        AdviceRequest(
            rate: ItemRate(items: rate, per: .seconds(1)), payload: 128, clients: clients, roundTrip: roundTrip,
            age: age, encrypts: false, headers: .minimal)
    }

    @Test("the poll interval keeps every item young enough")
    func interval() {
        #expect(request().longestInterval == .milliseconds(970))
        #expect(request(age: .milliseconds(20), roundTrip: .milliseconds(50)).longestInterval == nil)
    }

    @Test("at a low rate WebSocket costs least; at a high one polls that carry many items")
    func ranking() {
        let low = Advice(request(rate: 1), costs: .reference)
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

    @Test("at the break-even interval both cost the same")
    func breakEven() throws {
        let point = BreakEven.all(request(age: .seconds(600))).compactMap { point -> Double? in
            if case .interval(let seconds) = point.kind { seconds } else { nil }
        }
        let interval = try #require(point.first)
        #expect(interval > 0.3 && interval < 0.5)
    }

    @Test(
        "the proposed scenario is valid, whatever was asked", arguments: [1, 10, 100_000] as [Int64],
        [1, 100, 3_600_000])
    func scenario(rate: Int64, age: Int) throws {
        let advice = Advice(request(rate: rate, age: .milliseconds(age), clients: 10_000_000), costs: .reference)
        let scenario = try Scenario(text: advice.scenario, file: "advise")
        #expect(scenario.cases.count == 2)
        #expect(scenario.cases.allSatisfy { $0.clients == Advice.mostMeasuredClients })
    }
}
