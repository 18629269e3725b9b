import Measurement
import ResultFiles
import Testing

@testable import Report

@Suite("Aggregates, summary.json and comparisons.csv")
struct AggregateTests {
    private func repeats(_ transport: String, _ p50: [Double?]) -> [SummaryRow] {
        p50.enumerated().map { index, delay in
            var row = Rows.summary(transport, repeat: index + 1)
            row.latencyP50Microseconds = delay
            return row
        }
    }

    @Test("median, interval from 6 values on, and the number of values in which the column is valid")
    func aggregates() throws {
        var rows = repeats("websocket", [1, 2, 3, 4, 5, 6, 700, nil])
        rows[6].timesValid = false
        rows[6].bytesValid = true
        let folder = try Rows.folder(rows)
        let aggregates = Aggregates.rows(folder, columns: ["latency_p50_us", "overhead_bytes_per_item", "rtt_ms"])
        #expect(aggregates.map(\.column) == ["latency_p50_us", "overhead_bytes_per_item"])
        #expect(aggregates.map(\.repeats) == [6, 8])
        #expect((aggregates[0].median, aggregates[0].low, aggregates[0].high) == (3.5, 1, 6))
        #expect((aggregates[0].minimum, aggregates[0].maximum, aggregates[0].unit) == (1, 6, "us"))
        let few = Aggregates.rows(try Rows.folder(repeats("sse", [1, 2])), columns: ["latency_p50_us"])
        #expect(few[0].median == 1.5 && few[0].low == nil && few[0].maximum == 2)
    }

    @Test("the LaTeX table: a row per case, one unit per column, n, brackets, and a note where fewer repeats are valid")
    func latex() throws {
        var rows = repeats("websocket", [1, 2, 3, 4, 5, 6]) + repeats("long-poll", [4_000])
        rows[0].overheadBytesPerItem = nil
        let columns = ["latency_p50_us", "overhead_bytes_per_item", "gaps"]
        let text = LatexTable.text(try Rows.folder(rows), columns: columns)
        #expect(
            text.split(separator: "\n").filter { !$0.hasPrefix("%") } == [
                #"\begin{tabular}{lrrr}"#, #"\toprule"#, #" & n & delay p50 & overhead \\"#, #" &  & ms & B/item \\"#,
                #"\midrule"#, #"\multicolumn{4}{l}{\emph{replay-host, 100 clients}} \\"#,
                #"\quad websocket & 6 & 0.00350 [0.00100, 0.00600] & 6.10 ($n=5$) \\"#,
                #"\quad long-poll & 1 & 4.00 & 312 \\"#,
                #"\bottomrule"#, #"\end{tabular}"#,
            ])
    }

    @Test("summary.json has the cases with their columns, the checks and the comparisons")
    func summary() throws {
        let slow = [10.0, 20, 30, 40, 50, 60, 70]
        var check = CheckRow()
        (check.runID, check.scenario, check.origin) = ("r", "tiny", "threshold")
        (check.condition, check.caseIDs, check.verdict) = ("missed == 0", "a", "passed")
        var texts = Rows.texts(repeats("long-poll", slow) + repeats("websocket", slow.map { $0 / 2 }))
        texts["checks.csv"] = CheckRow.table.text(of: [check])
        let folder = try ReportFolder(texts: texts)
        let json = ResultSummary.json(folder)
        #expect(json["schema_version"] == .number(1))
        guard case .array(let cases)? = json["cases"], case .array(let checks)? = json["checks"],
            case .array(let comparisons)? = json["comparisons"]
        else { throw Missing() }
        #expect(cases.map { $0["transport"] } == ["long-poll", "websocket"])
        #expect(cases[0]["columns"]?["latency_p50_us"]?["median"] == .number(40))
        #expect(cases[0]["valid_times"] == .number(7))
        #expect(checks.map { $0["verdict"] } == ["passed"])
        #expect(comparisons[0]["verdict"] == "lower")
        #expect(comparisons[0]["candidate_case_id"] == "replay-host_100-clients_websocket")
        let names = folder.files().map(\.name)
        #expect(Set(["aggregates.csv", "aggregates.tex", "summary.json", "comparisons.csv"]).isSubset(of: names))
        #expect(folder.tableNames.suffix(3) == ["checks.csv", "comparisons.csv", "aggregates.csv"])
    }

    private struct Missing: Error {}

    @Test("too few repeats: no comparisons.csv")
    func tooFew() throws {
        let folder = try Rows.folder(repeats("long-poll", [1, 2]) + repeats("websocket", [3, 4]))
        #expect(!folder.files().contains { $0.name == "comparisons.csv" })
    }
}

@Suite("JUnit XML")
struct JUnitTests {
    @Test("one test per row and condition; failures and errors are counted; texts are escaped")
    func run() {
        var bad = Rows.summary("sse")
        (bad.valid, bad.invalidReason) = (false, "lag > 5 ms & \"late\"\u{1}")
        let checks = [("passed", "threshold"), ("failed", "fail-if"), ("open", "threshold")].map { verdict, origin in
            var check = CheckRow()
            (check.verdict, check.origin, check.condition, check.caseIDs) = (verdict, origin, "missed > 0", "a b")
            return check
        }
        let suite = JUnitSuite(
            scenario: "tiny", rows: [Rows.summary("websocket"), bad], checks: checks, complaint: nil)
        #expect(
            suite.xml == """
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites tests="6" failures="2" errors="1" skipped="0">
                  <testsuite name="pushlab run tiny" tests="6" failures="2" errors="1" skipped="0">
                    <testcase classname="tiny" name="run"/>
                    <testcase classname="tiny.runs" name="replay-host_100-clients_websocket repeat 1"/>
                    <testcase classname="tiny.runs" name="replay-host_100-clients_sse repeat 1">
                      <failure message="lag &gt; 5 ms &amp; &quot;late&quot;\u{fffd}"/>
                    </testcase>
                    <testcase classname="tiny.threshold" name="missed &gt; 0 (a b)"/>
                    <testcase classname="tiny.fail-if" name="missed &gt; 0 (a b)">
                      <failure message="it holds; no value"/>
                    </testcase>
                    <testcase classname="tiny.threshold" name="missed &gt; 0 (a b)">
                      <error message="a value is missing; no value"/>
                    </testcase>
                  </testsuite>
                </testsuites>

                """)
    }

    @Test("of a comparison: only what --fail-on names fails, and too few repeats are errors")
    func compare() throws {
        let before = (1...8).map { Rows.summary("websocket", repeat: $0) }
        var after = before
        for index in after.indices { after[index].latencyP50Microseconds = 900 + Double(index) }
        for index in after.indices { after[index].latencyP99Microseconds = 9 + Double(index) }
        let comparison = try FolderComparison(baseline: before, candidate: after, names: ("A", "B"))
        #expect(comparison.junit(failing: []).xml.contains("tests=\"8\" failures=\"0\" errors=\"0\""))
        #expect(comparison.junit(failing: [.worse]).xml.contains("tests=\"8\" failures=\"1\" errors=\"0\""))
        #expect(comparison.junit(failing: [.worse, .better]).xml.contains("tests=\"8\" failures=\"2\" errors=\"0\""))
        let few = try FolderComparison(
            baseline: Array(before.prefix(3)), candidate: Array(after.prefix(3)), names: ("A", "B"))
        #expect(few.junit(failing: [.worse]).xml.contains("failures=\"0\" errors=\"5\""))
        #expect(few.outcome.undecided == 5)
    }

    @Test("nothing in common: a comparison cannot tell")
    func nothing() throws {
        let comparison = try FolderComparison(
            baseline: [Rows.summary("sse")], candidate: [Rows.summary("websocket")], names: ("A", "B"))
        #expect(comparison.outcome == ComparisonOutcome(worse: 0, different: 0, undecided: 2))
    }
}
