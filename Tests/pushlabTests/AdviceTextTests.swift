import Measurement
import Prediction
import Testing
import Transports

@testable import pushlab

@Suite("Advice as text")
struct AdviceTextTests {
    struct Question: Sendable, CustomTestStringConvertible {
        var rate = ItemRate(items: 10, per: .seconds(1))
        var payload = 128
        var clients = 100
        var roundTrip = Duration.zero
        var age = Duration.seconds(1)
        var headers = RequestProfile.minimal

        var testDescription: String {
            "\(rate), \(payload) B, \(clients) clients, \(roundTrip), \(age), \(headers.rawValue)"
        }

        var advice: Advice {
            Advice(
                AdviceRequest(
                    rate: rate, payload: payload, clients: clients, roundTrip: roundTrip, age: age, encrypts: false,
                    headers: headers),
                costs: .reference)
        }
    }

    private static let perHour = ItemRate(items: 1, per: .seconds(3_600))
    private static let perMinute = ItemRate(items: 1, per: .seconds(60))
    private static let most = ItemRate(items: 100_000, per: .seconds(1))

    private static let odd = [
        Question(clients: 1), Question(roundTrip: .milliseconds(50)),
        Question(rate: perHour, age: .seconds(3_600)),
        Question(rate: perMinute, age: .seconds(3_600)),
        Question(roundTrip: .seconds(3)),
        Question(age: .milliseconds(1)),
        Question(roundTrip: .milliseconds(50), age: .milliseconds(20)),
        Question(rate: most, payload: 20), Question(rate: most, payload: 1_048_576, clients: 1_000_000_000),
        Question(roundTrip: .milliseconds(200), headers: .modernBrowser),
        Question(rate: perHour, payload: 1_048_576, roundTrip: .milliseconds(600), age: .seconds(60)),
    ]

    @Test("fits into 80 columns, and has no bound below or above which there is nothing", arguments: odd)
    func oddQuestions(question: Question) {
        let lines = AdviceText(question.advice, columns: 80).text.split(separator: "\n")
        let own = lines.prefix { !$0.hasPrefix("file=") }
        for line in own { #expect(line.count <= 80, "\(line)") }
        let text = own.joined(separator: " ").replacing(#/ +/#, with: " ")
        for nonsense in ["below 0 ", "above 0 ", " 0 items", " 1 clients", "nan", "inf "] {
            #expect(!text.contains(nonsense), "\(nonsense): \(text)")
        }
        #expect(text.contains("Short polling takes fewer") || text.contains("There is no break-even"), "\(text)")
        #expect(text.contains("In silence a client costs"))
    }

    @Test("a break-even that does not exist is named with the reason")
    func noBreakEven() {
        func text(_ question: Question) -> String {
            AdviceText(question.advice, columns: 100).text.replacing(#/\s+/#, with: " ")
        }
        let rare = text(Question(rate: Self.perMinute))
        #expect(rare.contains("There is no break-even between short polling and WebSocket for - the headers: without"))
        let far = text(Question(roundTrip: .milliseconds(50), age: .milliseconds(20)))
        #expect(far.contains("the rate and the headers: no interval is short enough for items younger than 20 ms"))
    }

    @Test("quantities have a unit that fits them")
    func units() {
        #expect(AdviceFigure.time(0.000_05) == "0.0500 ms" && AdviceFigure.time(0.0125) == "12.5 ms")
        #expect(AdviceFigure.time(1.5) == "1.50 s" && AdviceFigure.time(600) == "10 min")
        #expect(AdviceFigure.rate(3.66) == "3.66/s" && AdviceFigure.rate(0.02) == "1.20/min")
        #expect(AdviceFigure.rate(0.0005) == "1.80/h")
        #expect(AdviceFigure.count(1_687) == "1,687" && AdviceFigure.count(10_521_747) == "10.5M")
        #expect(AdviceFigure.count(999_800) == "1.00M" && AdviceFigure.count(1.05e11) == "105G")
        #expect(AdviceFigure.least(0.0003, 0.01) == "<0.01" && AdviceFigure.least(0, 0.01) == "0")
        #expect(AdviceFigure.least(9_000, 0.01) == "9,000" && AdviceFigure.least(434_783, 0.01) == "435k")
        #expect(AdviceFigure.bitUnit(for: 2.7e3).name == "kbit/s" && AdviceFigure.bitUnit(for: 8e17).name == "Tbit/s")
    }
}
