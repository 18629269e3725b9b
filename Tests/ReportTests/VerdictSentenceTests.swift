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

    @Test("a long list of failed conditions is cut; medians have the units of their columns")
    func medians() {
        let many = (1...5).map { check("x > \($0)", .failed) }
        #expect(
            VerdictSentences.checks(many)
                == ["Of 5 conditions on the results, 5 failed: x > 1; x > 2; x > 3; and 2 more."])
        #expect(CheckCells.medians("websocket.latency_p99_us=1235") == "1.24 ms")
        #expect(
            CheckCells.medians("a.b.latency_p50_us=80 sse.up.http_head=312 missed=0")
                == "a.b.latency_p50_us 80 µs, sse.up.http_head 312 B, missed 0")
        #expect(CheckCells.medians("") == "–")
        #expect(CheckCells.medians("two words") == "two, words")
    }

    @Test("a run that ended by --until says what its intervals are worth")
    func stopping() throws {
        var row = check("ci(latency_p50_us) < 5%", .passed)
        var texts = Rows.texts(Rows.three)
        texts["checks.csv"] = CheckRow.table.text(of: [row])
        #expect(OptionalStopping.sentences(try ReportFolder(texts: texts)) == [])
        row.origin = CheckRow.Origin.until.rawValue
        texts["checks.csv"] = CheckRow.table.text(of: [row])
        let sentence = try #require(VerdictSentences.all(try ReportFolder(texts: texts)).last)
        #expect(sentence.contains("it was to go on until ci(latency_p50_us) < 5% (--until)"))
        #expect(sentence.contains("narrower than noise allows"))
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
                "The formulas agree with the measured overhead per item in 3 of 3 cases."
            ])
        #expect(PredictionCells.all(try ReportFolder(texts: texts)).isEmpty)
        let wrong = [prediction(Rows.three[0], "overhead_bytes_per_item", 8)] + rows.dropFirst()
        texts["predictions.csv"] = PredictionRow.table.text(of: wrong)
        #expect(
            PredictionSentences.all(try ReportFolder(texts: texts)) == [
                "The formulas agree with the measured overhead per item in 2 of 3 cases. The exception is listed below."
            ])
        #expect(
            PredictionCells.all(try ReportFolder(texts: texts)).map(\.cells) == [
                ["replay-host_100-clients_websocket", "overhead per item", "8.00 B", "6.10 B", "f"]
            ])
        let pages = try ReportFolder(texts: texts).files().prefix(2).map(\.contents)
        #expect(pages.allSatisfy { $0.contains("Where formulas and measurement differ") })
        #expect(PredictionSentences.all(try Rows.folder(Rows.three)) == [])
        // In the terminal, which has no such table.
        let terminal = AnswerSentence.all(try ReportFolder(texts: texts), tablesIn: ReportFolder.page)
        #expect(terminal.last?.hasSuffix("in 2 of 3 cases. The exception is listed in report.md.") == true)
    }

    @Test("the median decides, not the noise; a range wider than its value tests nothing")
    func predictedRanges() throws {
        var texts = Rows.texts(Rows.three)
        func sentences(_ value: Double, _ low: Double, _ high: Double) throws -> [String] {
            var row = prediction(Rows.three[0], "overhead_bytes_per_item", value)
            (row.low, row.high) = (low, high)
            texts["predictions.csv"] = PredictionRow.table.text(of: [row])
            return PredictionSentences.all(try ReportFolder(texts: texts))
        }
        // Measured: 6.1 B.
        let agreeing = "The formulas agree with the measured overhead per item in 1 of 1 case."
        #expect(try sentences(7, 6, 8) == [agreeing])
        #expect(try sentences(6.3, 6.25, 6.35) == [agreeing])
        #expect(try sentences(7, 0.02, 154) == [])
        #expect(
            try sentences(9, 8, 12) == [
                "The formulas agree with the measured overhead per item in 0 of 1 case. The exception is listed below."
            ])
    }
}
