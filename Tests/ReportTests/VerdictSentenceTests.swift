import ResultFiles
import Testing

@testable import Report

@Suite("Verdicts of claims, conditions and formulas in words")
struct VerdictSentenceTests {
    private func claim(_ id: String, _ verdict: String) -> ClaimRow {
        var row = ClaimRow()
        (row.claimID, row.verdict) = (id, verdict)
        return row
    }

    private func check(_ condition: String, _ verdict: CheckRow.Verdict) -> CheckRow {
        var row = CheckRow()
        (row.runID, row.scenario, row.caseIDs) = ("r", "tiny", "a b")
        (row.origin, row.condition, row.verdict) = (CheckRow.Origin.threshold.rawValue, condition, verdict.rawValue)
        return row
    }

    @Test("claims")
    func claims() {
        let rows = [claim("a", "holds"), claim("b", "fails"), claim("c", "open"), claim("d", "holds")]
        #expect(
            VerdictSentences.claims(rows) == ["Of 4 published claims, 2 hold (a, d), 1 fails (b) and 1 is open (c)."])
        #expect(VerdictSentences.claims([]) == [])
    }

    @Test("conditions")
    func checks() {
        let condition = "websocket.latency_p99_us < 5ms"
        #expect(
            VerdictSentences.checks([check(condition, .passed), check("x > 1", .failed), check("y > 1", .open)])
                == ["Of 3 conditions on the results, 1 failed: x > 1. 1 open: y > 1."])
        #expect(VerdictSentences.checks([check(condition, .passed)]) == ["The condition on the results passed."])
        #expect(VerdictSentences.checks([]) == [])
    }

    @Test("both reports have the conditions, with a sign as well as a colour")
    func pages() throws {
        var texts = Rows.texts(Rows.three)
        texts["checks.csv"] = CheckRow.table.text(of: [check("websocket.latency_p99_us < 5ms", .failed)])
        let files = try ReportFolder(texts: texts).files()
        #expect(files[0].contents.contains("| websocket.latency\\_p99\\_us \\< 5ms | failed | – | 0 | a b |"))
        #expect(files[1].contents.contains("<span class=\"verdict bad\">✗ failed</span>"))
        #expect(!(try Rows.folder(Rows.three).files()[1].contents.contains("Conditions on the results")))
    }

    private func prediction(_ row: SummaryRow, _ quantity: String, _ value: Double) -> PredictionRow {
        var prediction = PredictionRow()
        (prediction.runID, prediction.caseID, prediction.quantity) = (row.runID, row.caseID, quantity)
        (prediction.value, prediction.formula) = (value, "f")
        return prediction
    }

    @Test("formulas agree, or where they do not; nothing without predictions")
    func predictions() throws {
        var texts = Rows.texts(Rows.three)
        let rows = Rows.three.map { prediction($0, "overhead_bytes_per_item", $0.overheadBytesPerItem ?? 0) }
        texts["predictions.csv"] = PredictionRow.table.text(of: rows)
        #expect(
            PredictionSentences.all(try ReportFolder(texts: texts)) == [
                "Overhead per item: measurement and formula agree in 3 of 3 cases."
            ])
        let wrong = [prediction(Rows.three[0], "overhead_bytes_per_item", 8)] + rows.dropFirst()
        texts["predictions.csv"] = PredictionRow.table.text(of: wrong)
        #expect(
            PredictionSentences.all(try ReportFolder(texts: texts)) == [
                "Overhead per item: measurement and formula agree in 2 of 3 cases; outside the range of the repeats: "
                    + "replay-host_100-clients_websocket (predicted 8.00 B, measured 6.10 B)."
            ])
        #expect(PredictionSentences.all(try Rows.folder(Rows.three)) == [])
    }
}
