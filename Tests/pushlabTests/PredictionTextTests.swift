import Lab
import Scenario
import Testing

@testable import pushlab

@Suite("Predictions as text")
struct PredictionTextTests {
    @Test("numbers of any size stay apart and within the terminal", arguments: [80, 110])
    func width(columns: Int) throws {
        let text = """
            name: wide
            question: How many bytes does a feed with very many items need for each transport, over a long time?
            feeds: [{source: synthetic, rate: 1000/s}]
            clients: 1000
            duration: 1h
            transports: [{use: short-poll}, {use: websocket}]
            """
        let scenario = try Scenario(text: text, file: "")
        let forecast = ScenarioForecast(scenario)
        let all = scenario.cases.map { ($0, forecast.prediction(of: $0, clients: 1_000_000_000)) }
        let lines = PredictionText(scenario, all, clients: nil, columns: columns).text.split(separator: "\n")
        #expect(lines.count > 20)
        for line in lines { #expect(line.count <= columns && !line.contains("bytes("), "\(line)") }
    }
}
