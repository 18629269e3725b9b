import Expressions
import ResultFiles
import Testing

@testable import Report

@Suite("Verdicts on published claims")
struct ClaimJudgeTests {
    private func row(
        _ values: [Double], low: Double?, high: Double?, tolerance: Double = 0, predicted: Double? = nil,
        notComparable: String? = nil
    ) throws -> ClaimRow {
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
            low: low, high: high, tolerance: tolerance, note: nil, notComparable: notComparable)
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
        #expect(none.reason == "No valid repeat has all values of the quantity, so the claim is open.")
    }

    @Test("from 6 repeats on, the interval decides, and the reason says so")
    func interval() throws {
        let row = try row([5_000, 5_100, 5_200, 5_300, 5_400, 5_500], low: nil, high: 6, predicted: 5_000)
        #expect(row.verdict == "holds")
        let reason = "Measured 5.25 ms with a 95 % interval of 5.00 ms to 5.50 ms: it is at most 6.00 ms, so the claim "
        #expect(row.reason == reason + "holds.")
        #expect(row.predicted == 5)
        #expect(row.measuredLow == 5 && row.measuredHigh == 5.5)
    }

    @Test("a tolerance decides the verdict, and the published numbers stay in the row")
    func tolerance() throws {
        let near = try row([4_100, 4_200], low: 4, high: 4, tolerance: 0.05)
        #expect(near.verdict == "holds" && near.publishedLow == 4 && near.publishedHigh == 4 && near.tolerance == 0.05)
        #expect(near.reason.hasSuffix("it is within 4.00 ms ± 5 %, so the claim holds."))
        #expect(try row([4_100, 4_300], low: 4, high: 4, tolerance: 0.05).verdict == "open")
        let least = try row([3_900], low: 4, high: nil, tolerance: 0.1)
        #expect(least.reason.hasSuffix("it is at least 4.00 ms − 10 %, so the claim holds."))
    }

    @Test("a quantity that is not that of the publication decides nothing")
    func notComparable() throws {
        let row = try row([5_000], low: 7, high: 9, notComparable: "The paper counts bytes.")
        #expect(row.verdict == "open" && row.measured == 5)
        let reason = "Measured 5.00 ms in a single repeat, so without an interval. The publication measured something "
        #expect(row.reason == reason + "else, so the claim is open. The paper counts bytes.")
    }

    @Test("below 6 repeats the same bytes in all of them are an interval, and the same times are not")
    func sameValue() throws {
        let times = try row([5_000, 5_000], low: nil, high: 6)
        #expect(times.measuredLow == nil)
        #expect(times.reason == "Measured 5.00 ms in each of 2 repeats: it is at most 6.00 ms, so the claim holds.")
        let summary = (1...2).map { repetition in
            var row = SummaryRow()
            (row.caseID, row.transport, row.repetition, row.requests) = ("x_sse", "sse", repetition, 40)
            (row.valid, row.bytesValid, row.timesValid) = (true, true, true)
            return row
        }
        let claim = PublishedClaim(
            id: "c", source: "s", statement: "t", words: "requests",
            quantity: try Expression("sse.requests", columns: .results),
            binding: CaseBinding(subjects: ["sse": NamedCase(id: "x_sse", transport: "sse", variant: "")]), unit: nil,
            low: 50, high: 60, note: nil)
        let judge = ClaimJudge(summary, [], predictions: [], runID: "r", scenario: "s")
        let counts = try #require(judge.rows([claim]).first)
        #expect(counts.measuredLow == 40 && counts.measuredHigh == 40)
        #expect(
            counts.reason
                == "Measured 40.0 in each of 2 repeats: it is not within 50.0 to 60.0, so the claim fails.")
    }

    @Test("a layer without bytes is predicted as 0, and a layer without a prediction is not")
    func layers() throws {
        func predicted(_ quantity: String) throws -> Double? {
            var summary = SummaryRow()
            (summary.caseID, summary.transport, summary.repetition) = ("x_sse", "sse", 1)
            (summary.valid, summary.bytesValid, summary.timesValid) = (true, true, true)
            var layer = LayerRow()
            (layer.caseID, layer.repetition, layer.direction, layer.layer) = ("x_sse", 1, "down", "payload")
            var prediction = PredictionRow()
            (prediction.caseID, prediction.quantity, prediction.value) = ("x_sse", quantity, 0)
            let claim = PublishedClaim(
                id: "c", source: "s", statement: "t", words: "bytes of masks",
                quantity: try Expression("sse.up.ws_mask", columns: .results),
                binding: CaseBinding(subjects: ["sse": NamedCase(id: "x_sse", transport: "sse", variant: "")]),
                unit: "bytes", low: 0, high: 0, note: nil)
            let judge = ClaimJudge([summary], [layer], predictions: [prediction], runID: "r", scenario: "s")
            let row = try #require(judge.rows([claim]).first)
            #expect(row.measured == 0)
            return row.predicted
        }
        #expect(try predicted("up.ws_mask") == 0)
        #expect(try predicted("tcp_payload_bytes_down") == nil)
    }

    @Test("too few repeats that differ, and a single one, are said to be without an interval")
    func noInterval() throws {
        let two = try row([5_000, 6_000], low: nil, high: 5.5)
        #expect(
            two.reason
                == "Measured 5.50 ms between 5.00 ms and 6.00 ms in 2 repeats, too few for an interval: only a part of "
                + "this is at most 5.50 ms, so the claim is open.")
        let one = try row([5_000], low: 7, high: nil)
        #expect(
            one.reason
                == "Measured 5.00 ms in a single repeat, so without an interval: it is not at least 7.00 ms, so the "
                + "claim fails.")
    }
}
