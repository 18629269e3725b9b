import Expressions
import ResultFiles
import Testing

@testable import Report

@Suite("Verdicts on published claims")
struct ClaimJudgeTests {
    private func row(_ values: [Double], low: Double?, high: Double?, predicted: Double? = nil) throws -> ClaimRow {
        let summary = values.enumerated().map { index, value in
            var row = SummaryRow()
            (row.caseID, row.transport, row.repetition) = ("x_sse", "sse", index + 1)
            (row.latencyP50Microseconds, row.valid, row.bytesValid, row.timesValid) = (value, true, true, true)
            return row
        }
        var predictions: [PredictionRow] = []
        if let predicted {
            var row = PredictionRow()
            (row.caseID, row.quantity, row.value) = ("x_sse", "latency_p50_us", predicted)
            predictions.append(row)
        }
        let claim = PublishedClaim(
            id: "c", source: "s", statement: "t", words: "median delay",
            quantity: try Expression("sse.latency_p50_us", columns: .results),
            binding: CaseBinding(subjects: ["sse": NamedCase(id: "x_sse", transport: "sse", variant: "")]), unit: "ms",
            low: low, high: high, note: nil)
        let judge = ClaimJudge(summary, [], predictions: predictions, runID: "r", scenario: "s")
        return try #require(judge.rows([claim]).first)
    }

    @Test("all repeats within the range: holds; all outside: fails; otherwise open")
    func repeats() throws {
        #expect(try row([5_000, 6_000], low: 4, high: 7).verdict == "holds")
        #expect(try row([5_000, 6_000], low: 7, high: 9).verdict == "fails")
        #expect(try row([5_000, 6_000], low: nil, high: 5.5).verdict == "open")
        let none = try row([], low: 1, high: 2)
        #expect(none.verdict == "open")
        #expect(none.reason == "No repeat has all values of the quantity.")
    }

    @Test("from 6 repeats on, the interval decides, and the reason says so")
    func interval() throws {
        let row = try row([5_000, 5_100, 5_200, 5_300, 5_400, 5_500], low: nil, high: 6, predicted: 5_000)
        #expect(row.verdict == "holds")
        #expect(row.reason == "Measured 5.25 ms: the 95 % interval, 5.00 ms to 5.50 ms, is at most 6.00 ms.")
        #expect(row.predicted == 5)
        #expect(row.measuredLow == 5 && row.measuredHigh == 5.5)
    }
}
