import Arguments
import ResultFiles
import Testing

@testable import Report
@testable import pushlab

@Suite("Exit codes")
struct ExitCodeTests {
    @Test("130 goes before 2, 1, 3, 4 and 0, whatever comes together")
    func precedence() {
        let order: [Failure.Code] = [.interrupted, .usage, .failed, .condition, .undecided]
        #expect(order.map(\.rawValue) == [130, 2, 1, 3, 4])
        for mask in 0..<(1 << order.count) {
            let present = order.indices.filter { mask >> $0 & 1 == 1 }.map { order[$0] }
            #expect(Failure.Code.first(of: present) == present.first)
            #expect(Failure.Code.first(of: present.reversed()) == present.first)
        }
    }

    private func check(_ verdict: CheckRow.Verdict) -> CheckRow {
        var row = CheckRow()
        row.verdict = verdict.rawValue
        return row
    }

    @Test("of a run: interrupted, failed, a condition that did not pass, a value that is missing, done")
    func run() {
        func code(_ interrupted: Bool, _ failed: Bool, _ verdicts: CheckRow.Verdict...) -> Int32 {
            RunControl.exitCode(wasInterrupted: interrupted, isFailed: failed, verdicts.map(check))?.rawValue ?? 0
        }
        #expect(code(true, true, .failed, .open) == 130)
        #expect(code(false, true, .failed, .open) == 1)
        #expect(code(false, false, .open, .failed, .passed) == 3)
        #expect(code(false, false, .open, .passed) == 4)
        #expect(code(false, false, .passed) == 0)
        #expect(code(false, false) == 0)
    }

    @Test("of compare: a difference goes before too few repeats; better runs fail only with any")
    func compare() {
        func code(_ outcome: ComparisonOutcome, _ failing: FailingVerdict) -> Int32 {
            outcome.exitCode(failing: failing)?.rawValue ?? 0
        }
        #expect(code(ComparisonOutcome(worse: 1, different: 1, undecided: 1), .worse) == 3)
        #expect(code(ComparisonOutcome(worse: 0, different: 1, undecided: 0), .worse) == 0)
        #expect(code(ComparisonOutcome(worse: 0, different: 1, undecided: 1), .worse) == 4)
        #expect(code(ComparisonOutcome(worse: 0, different: 1, undecided: 1), .any) == 3)
        #expect(code(ComparisonOutcome(worse: 0, different: 0, undecided: 1), .any) == 4)
        #expect(code(ComparisonOutcome(), .any) == 0)
    }

    @Test(
        "a wrong value of an option for programs is refused with one sentence",
        arguments: [
            (["run", "a.yaml", "--format", "xml"], "--format is \"xml\"; allowed text, json"),
            (["run", "a.yaml", "--progress", "no"], "--progress is \"no\"; allowed text, json"),
            (
                ["run", "a.yaml", "--junit", "/nowhere/x.xml"],
                "--junit is /nowhere/x.xml, but /nowhere is not a folder"
            ),
            (["compare", "a", "b", "--junit", "/tmp"], "--junit is /tmp, which is a folder; name a file"),
            (["compare", "a", "b", "--junit", ""], "--junit is empty; name a file in an existing folder"),
            (["report", "a", "--aggregates", "x.txt"], "--aggregates is \"x.txt\"; allowed a file .csv or .tex"),
            (["report", "a", "--columns", "missed"], "--columns needs --aggregates FILE"),
            (
                ["report", "a", "--aggregates", "x.csv", "--columns", "latency_p5_us"],
                "\"latency_p5_us\" is no column with numbers of summary.csv; did you mean latency_p50_us?"
            ),
            (["compare", "a", "--cases", "x", "y", "z"], "--cases has 3 names; allowed 2"),
            (["compare", "a", "--cases", "x"], "--cases has 1 name; allowed 2"),
            (
                ["compare", "a", "b", "--cases", "x", "y"],
                "--cases compares cases of one run, and two folders are given"
            ),
            (["compare", "a", "--cases", "x", "y", "--fail-on", "worse"], "of two cases, none is the better one"),
            (["compare", "a", "b", "--fail-on", "better"], "--fail-on is \"better\"; allowed worse, any"),
        ])
    func refused(words: [String], sentence: String) {
        #expect(Parsing.refusal(words)?.contains(sentence) == true, "\(Parsing.refusal(words) ?? "taken")")
    }
}
