import Measurement
import ResultFiles
import Testing

@testable import Report

@Suite("Comparison of two runs: items that did not arrive, cases that are missing, metrics without a verdict")
struct DeliveryComparisonTests {
    /// Rows of a WebSocket case with these counts of missed items.
    private func repeats(missed: [Int]) -> [SummaryRow] {
        missed.enumerated().map { index, count in
            var row = Rows.summary("websocket", repeat: index + 1)
            (row.missed, row.unique) = (count, 12_000 - count)
            return row
        }
    }

    private func compare(_ before: [SummaryRow], _ after: [SummaryRow]) throws -> FolderComparison {
        try FolderComparison(baseline: before, candidate: after, names: ("A", "B"))
    }

    private func missed(_ before: [Int], _ after: [Int]) throws -> MetricVerdict.Finding? {
        try compare(repeats(missed: before), repeats(missed: after)).cases[0].deliveries[0].verdict.finding
    }

    @Test("a run that misses items is worse than one that misses none, even with one repeat")
    func determined() throws {
        #expect(try missed([0], [12_000]) == .verdict(.worse))
        #expect(try missed([0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0]) == .verdict(.worse))
        #expect(try missed([1, 0], [0, 0]) == .verdict(.better))
        #expect(try missed([0, 0], [0, 0]) == .verdict(.noDetectableDifference))
    }

    @Test("if both miss items, a test decides")
    func tested() throws {
        #expect(try missed([1], [2]) == .tooFewRepeats(baseline: 1, candidate: 1, needed: 5))
        #expect(try missed([1, 2, 3, 4, 5, 6], [91, 92, 93, 94, 95, 96]) == .verdict(.worse))
        #expect(try missed([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]) == .verdict(.noDetectableDifference))
    }

    @Test("the text, the JSON, the JUnit file and the outcome say that items were missed")
    func outputs() throws {
        let (before, after) = (repeats(missed: Array(repeating: 0, count: 6)), repeats(missed: [0, 0, 0, 7, 0, 0]))
        let comparison = try compare(before, after)
        #expect(comparison.outcome == ComparisonOutcome(worse: 1, different: 1, undecided: 0))
        #expect(comparison.text.contains("Overall: 1 worse out of 6 metrics\n"))
        #expect(comparison.text.contains("  missed                    worse\n"))
        #expect(comparison.text.contains("    in 0 of 6 repeats of the baseline, 1 of 6 of the candidate\n"))
        #expect(!comparison.text.contains("duplicate  "))
        let json = JSONValue(fields: comparison.json).text()
        #expect(json.contains("\"missed\"") && json.contains("\"reordered\""))
        let xml = comparison.junit(failing: [.worse]).xml
        #expect(xml.contains("name=\"missed\">\n      <failure message=\"worse\"/>"))
        #expect(comparison.junit(failing: []).xml.contains("failures=\"0\""))
    }

    @Test("a case that a run lacks cannot be judged")
    func missingCase() throws {
        let rows = repeats(missed: Array(repeating: 0, count: 6))
        let comparison = try compare(rows + [Rows.summary("sse")], rows)
        #expect(comparison.outcome.undecided == 1)
        #expect(comparison.text.contains("in any of 5 metrics; the candidate lacks 1 case of the baseline"))
        let xml = comparison.junit(failing: [.worse]).xml
        #expect(xml.contains("<error message=\"the candidate has no run of this case\"/>"))
        #expect(try compare(rows, rows + [Rows.summary("sse")]).outcome.undecided == 1)
        #expect(!comparison.junit(failing: []).xml.contains("<error"))
    }

    @Test("the headline counts the metrics that could not be judged")
    func open() throws {
        var after = repeats(missed: Array(repeating: 0, count: 6))
        for index in 0..<5 {
            (after[index].valid, after[index].timesValid, after[index].bytesValid) = (false, false, true)
        }
        let before = repeats(missed: Array(repeating: 0, count: 6)).enumerated().map { index, row in
            var row = row
            row.latencyP50Microseconds = 400 + Double(index)
            row.latencyP99Microseconds = 800 + Double(index)
            return row
        }
        let comparison = try compare(before, after)
        #expect(comparison.outcome.undecided == 4)
        #expect(
            comparison.text.replacing("\n  ", with: " ").contains(
                "Overall: no detectable difference in any of 1 metric; 4 of 5 metrics have too few valid repeats for a "
                    + "verdict"))
    }

    @Test("no line is wider than the terminal", arguments: [60, 80, 110])
    func width(columns: Int) throws {
        let comparison = try compare(repeats(missed: [0, 0]), repeats(missed: [1, 2]) + [Rows.summary("sse")])
        let paired = try PairedComparison(
            Rows.three, directory: "A", baseline: "websocket", candidate: "short-poll")
        for text in [comparison.text(columns: columns), paired.text(columns: columns)] {
            for line in text.split(separator: "\n") { #expect(line.count <= columns, "\(line)") }
        }
        #expect(paired.text.contains("too few repeats for a verdict: 1 pair; needs"))
    }

    @Test("a folder with an incomplete run: one sentence with the reason and how to go on")
    func incomplete() {
        var manifest = Manifest(
            runID: "r", scenario: .init(name: "tiny", text: "", sha256: ""), seed: 1, caseOrder: ["a", "a", "b"],
            commandLine: [], startedAt: UTCInstant(millisecondsSince1970: 0))
        func sentence(isInUse: Bool = false, rows: Int? = 3) -> String? {
            IncompleteRun(manifest, rows: rows).sentence(on: "A", isInUse: isInUse)
        }
        let open = "A is incomplete: the run has not finished, and 1 of 3 runs are in its files"
        #expect(sentence(rows: 1) == open)
        manifest.options = Manifest.RunOptions()
        #expect(sentence(rows: 1) == open + "; to go on: pushlab run --resume A")
        #expect(
            sentence(isInUse: true, rows: 1) == open + "; pushlab is still writing to it: wait until the run has ended")
        let instant = UTCInstant(millisecondsSince1970: 1_000)
        manifest.finish(at: instant, incompleteBecause: "interrupted after 1 of 3 runs")
        #expect(
            sentence() == "A is incomplete: interrupted after 1 of 3 runs; to go on: pushlab run --resume A")
        manifest.finish(at: instant)
        #expect(sentence() == nil && sentence(rows: nil) == nil)
        #expect(sentence(rows: 2) == "A is incomplete: summary.csv has 2 of the 3 runs that manifest.json lists")
        #expect(IncompleteRun.sentence(on: "/nowhere") == nil)
    }
}
