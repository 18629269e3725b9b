import Expressions
import ResultFiles
import Testing

@testable import Report

@Suite("Conditions on results")
struct ResultCheckTests {
    private func row(_ transport: String, _ repetition: Int, p99: Double, missed: Int, timesValid: Bool = true)
        -> SummaryRow
    {
        var row = SummaryRow()
        (row.transport, row.caseID, row.repetition) = (transport, "feed_10-clients_\(transport)", repetition)
        (row.latencyP99Microseconds, row.missed) = (p99, missed)
        (row.valid, row.bytesValid, row.timesValid) = (timesValid, true, timesValid)
        return row
    }

    private func check(
        _ origin: CheckRow.Origin, _ text: String, _ rows: [SummaryRow], _ layers: [LayerRow] = []
    ) throws -> [CheckRow] {
        let check = ResultCheck(origin, try Predicate(text, columns: .results))
        return ResultCheck.rows([check], rows, layers, runID: "r", scenario: "s")
    }

    @Test("a threshold must hold, fail-if must not; each case is judged by the median of its valid repeats")
    func verdicts() throws {
        let rows = [
            row("sse", 1, p99: 4_000, missed: 0), row("sse", 2, p99: 9_000, missed: 0, timesValid: false),
            row("websocket", 1, p99: 6_000, missed: 0), row("websocket", 2, p99: 8_000, missed: 2),
        ]
        let thresholds = try check(.threshold, "latency_p99_us < 5ms", rows)
        #expect(thresholds.map(\.verdict) == ["passed", "failed"])
        #expect(thresholds.map(\.values) == ["latency_p99_us=4000", "latency_p99_us=7000"])
        #expect(thresholds.map(\.repeats) == [1, 2])
        #expect(try check(.failIf, "latency_p99_us < 5ms", rows).map(\.verdict) == ["failed", "passed"])
        #expect(try check(.failIf, "websocket.missed > 0", rows).map(\.verdict) == ["failed"])
        #expect(
            try check(.threshold, "websocket.latency_p99_us > sse.latency_p99_us", rows).map(\.verdict) == ["passed"])
    }

    @Test("what is missing is open, and never 0")
    func open() throws {
        let rows = [row("sse", 1, p99: 4_000, missed: 0, timesValid: false)]
        let found = try check(.threshold, "latency_p99_us < 5ms", rows)
        #expect(found.map(\.verdict) == ["open"])
        #expect(found.map(\.values) == [""])
        #expect(found.map(\.repeats) == [0])
        #expect(try check(.failIf, "empty_responses > 0", rows).map(\.verdict) == ["open"])
    }

    @Test("layers are columns: a layer that a run does not have has no bytes, a run without layers is open")
    func layers() throws {
        let rows = [row("sse", 1, p99: 4_000, missed: 0)]
        var layer = LayerRow()
        (layer.caseID, layer.repetition, layer.direction, layer.layer) = ("feed_10-clients_sse", 1, "up", "http_head")
        (layer.bytes, layer.provenance) = (120, "counted")
        #expect(
            try check(.threshold, "up.http_head == 120B and down.ws_mask == 0B", rows, [layer]).map(\.verdict) == [
                "passed"
            ])
        #expect(try check(.threshold, "up.http_head == 120B", rows).map(\.verdict) == ["open"])
    }

    @Test("every unit of a column is known to conditions")
    func units() {
        for (name, unit) in SummaryRow.numberColumns {
            if let unit { #expect(Unit(unit) != nil, "\(name) in \(unit)") }
        }
    }
}
