import Measurement
import ResultFiles
import Testing

@testable import Report

@Suite("Comparison of two run folders")
struct FolderComparisonTests {
    /// Repeats of one WebSocket case with these p50.
    private func repeats(_ p50: [Double]) -> [SummaryRow] {
        p50.enumerated().map { index, delay in
            var row = Rows.summary("websocket", repeat: index + 1)
            row.latencyP50Microseconds = delay
            return row
        }
    }

    private func compare(_ before: [SummaryRow], _ after: [SummaryRow]) throws -> FolderComparison {
        try FolderComparison(baseline: before, candidate: after, names: ("A", "B"))
    }

    @Test(
        "six repeats per run without overlap give a verdict",
        arguments: [(0.5, Verdict.better), (2.0, Verdict.worse), (1.0, Verdict.noDetectableDifference)])
    func verdict(factor: Double, verdict: Verdict) throws {
        let before = [400.0, 410, 420, 430, 440, 450]
        let comparison = try compare(repeats(before), repeats(before.map { $0 * factor + 0.5 }))
        #expect(comparison.cases[0].verdicts[0].finding == .verdict(verdict))
    }

    @Test("three repeats per run never give a verdict, even far apart")
    func tooFew() throws {
        let comparison = try compare(repeats([400, 400, 400]), repeats([4_000, 4_000, 4_000]))
        #expect(
            comparison.cases[0].verdicts[0].finding == .tooFewRepeats(baseline: 3, candidate: 3, needed: 5))
        #expect(comparison.text.contains("too few repeats for a verdict: 3 and 3; needs at least 5 per run"))
        #expect(comparison.text.contains("Overall: no verdict; each run needs 5 valid repeats"))
    }

    @Test("more metrics need more repeats")
    func family() throws {
        var before = repeats([400, 410, 420, 430, 440])
        let after = repeats([200, 210, 220, 230, 240])
        #expect(try compare(before, after).cases[0].verdicts[0].finding == .verdict(.better))
        before[0].latencyP99Microseconds = 821
        before[0].latencyMeanMicroseconds = 452
        #expect(
            try compare(before, after).cases[0].verdicts[0].finding
                == .tooFewRepeats(baseline: 5, candidate: 5, needed: 6))
    }

    @Test("false alarms: at most about 8 of 400 comparisons of random values show a difference")
    func falseAlarms() throws {
        var random = SeededGenerator(seed: 5)
        var alarms = 0
        for _ in 0..<400 {
            let (one, other) = (noise(&random), noise(&random))
            let samples = zip(one, other).map { MetricSamples(ComparedMetric.all[0], baseline: $0, candidate: $1) }
            let found = ComparisonFamily.verdicts(samples, areConsecutive: false).map(\.finding)
            if found.contains(where: { $0 != .verdict(.noDetectableDifference) }) { alarms += 1 }
        }
        // At most 8 are expected; 16 is three standard deviations above.
        #expect(alarms <= 16)
    }

    /// Random values of ten metrics with eight repeats.
    private func noise(_ random: inout SeededGenerator) -> [[Double]] {
        (0..<10).map { _ in (0..<8).map { _ in Double(random.uniform(below: 1 << 40)) } }
    }

    /// One row every 10 s.
    private func at(_ second: Int64, _ rows: [SummaryRow]) -> [SummaryRow] {
        rows.enumerated().map { index, row in
            var row = row
            row.startedAt = UTCInstant(millisecondsSince1970: (second + 10 * Int64(index)) * 1_000)
            return row
        }
    }

    @Test("consecutive runs show no difference below the drift within a run; interleaved runs do")
    func drift() throws {
        let moving = repeats([400, 410, 420, 500, 510, 520])
        let still = repeats([380, 381, 382, 383, 384, 385])
        let apart = try compare(at(0, moving), at(100, still))
        #expect(apart.cases[0].verdicts[0].finding == .withinDrift(drift: 100))
        #expect(apart.text.contains("no detectable difference: values within one run drifted by 100 µs"))
        #expect(apart.text.contains("Overall: no detectable difference in any of 5 metrics"))
        let farther = repeats([230, 231, 232, 233, 234, 235])
        #expect(try compare(at(0, moving), at(100, farther)).cases[0].verdicts[0].finding == .verdict(.better))
        #expect(try compare(at(0, moving), at(5, still)).cases[0].verdicts[0].finding == .verdict(.better))
    }

    @Test("the text has a warning for consecutive runs, not for interleaved runs")
    func consecutive() throws {
        let rows = repeats([400, 410, 420, 430])
        #expect(try compare(at(0, rows), at(100, rows)).text.contains("One run ended before the other began"))
        #expect(try !compare(at(0, rows), at(5, rows)).text.contains("One run ended before the other began"))
    }

    @Test("invalid repeats do not count")
    func invalid() throws {
        var after = repeats([200, 210, 220, 230])
        after[3].valid = false
        let comparison = try compare(repeats([400, 410, 420, 430]), after)
        #expect(
            comparison.cases[0].verdicts[0].finding == .tooFewRepeats(baseline: 4, candidate: 3, needed: 5))
        #expect(comparison.text.contains("invalid repeats left out: 0 of the baseline, 1 of the candidate"))
    }

    @Test("the whole text")
    func golden() throws {
        var after = repeats([200, 210, 220, 230, 240, 250]) + [Rows.summary("raw-tcp")]
        for index in after.indices { after[index].durationSeconds = 20 }
        for index in after.indices { after[index].serverCPUMicrosecondsPerItem = nil }
        var before = repeats([400, 410, 420, 430, 440, 450]) + [Rows.summary("long-poll")]
        for index in before.indices { before[index].serverCPUMicrosecondsPerItem = nil }
        let text = try compare(before, after).text
        #expect(text == Self.wholeText)
    }

    private static let wholeText = """
        baseline   A
        candidate  B

        Overall: 1 better out of 4 metrics; the candidate lacks 1 case of the baseline; the baseline lacks 1 case of
          the candidate

        Each metric: the verdict with p (two-sided Mann–Whitney test, adjusted for all metrics by Bonferroni); medians
          of the valid repeats, baseline → candidate; shift, candidate minus baseline, and ratio, candidate divided by
          baseline (both Hodges–Lehmann), with the intervals that the test does not reject: better or worse if they
          exclude 0 and 1. All intervals together contain the true values with 98 % probability; two equal runs show
          any difference in at most 2 of 100 comparisons. Lower is better. "No detectable difference" does not mean
          "equal".

        replay-host_100-clients_websocket
          repeats: 6 and 6
          settings differ: duration_s 10 vs 20
          latency_p50_us            better, p 0.00216
            425 µs → 225 µs; shift −200 µs (−230 µs to −170 µs); ratio 0.529 (0.467 to 0.595)
          latency_p99_us            no detectable difference
            820 µs → 820 µs; shift 0 µs; ratio 1.00
          latency_mean_us           no detectable difference
            451 µs → 451 µs; shift 0 µs; ratio 1.00
          overhead_bytes_per_item   no detectable difference
            6.10 B → 6.10 B; shift 0 B; ratio 1.00
          server_cpu_us_per_item    not measured

        Only in the baseline:
          replay-host_100-clients_long-poll

        Only in the candidate:
          replay-host_100-clients_raw-tcp

        """

    @Test("different scenarios: one sentence")
    func scenarios() {
        var other = Rows.summary("websocket")
        other.scenario = "idle"
        other.scenarioSHA256 = String(repeating: "cd", count: 32)
        let error = #expect(throws: ReportError.self) { try compare([Rows.summary("websocket")], [other]) }
        #expect(
            error?.description == "A (tiny, sha256 abababababab) and B (idle, sha256 cdcdcdcdcdcd) are runs of "
                + "different scenarios; compare needs runs of the same scenario text")
    }

    @Test("a missing file: one sentence")
    func missing() {
        let error = #expect(throws: ReportError.self) {
            try FolderComparison(baseline: "/nowhere/a", candidate: "/nowhere/b")
        }
        #expect(error?.description == "/nowhere/a does not exist: /nowhere is not a folder")
    }
}

@Suite("Differences between two runs of one scenario")
struct RunDifferenceTests {
    private func manifest(cpu: String, curl: String, recording: String?) -> Manifest {
        var manifest = Manifest(
            runID: "r", scenario: .init(name: "tiny", text: "", sha256: ""), seed: 1, caseOrder: [], commandLine: [],
            startedAt: UTCInstant(millisecondsSince1970: 0),
            environment: ["machine": ["cpu_model": cpu, "load_average": cpu]], versions: ["libcurl": curl])
        manifest.recordings = recording.map {
            [.init(path: "app.ndjson", bytes: 1, sha256: $0, dueSHA256: nil, file: nil)]
        }
        return manifest
    }

    @Test("one sentence each for machines, versions and recordings; a missing value is no difference")
    func sentences() {
        let one = manifest(cpu: "A", curl: "7", recording: "aa")
        #expect(RunDifferences.sentences(one, one) == [])
        #expect(RunDifferences.sentences(one, manifest(cpu: "A", curl: "7", recording: nil)) == [])
        let all = RunDifferences.sentences(one, manifest(cpu: "M9", curl: "8", recording: "bb"))
        #expect(all.count == 3)
        #expect(all[0].hasPrefix("the machines differ: cpu_model A vs M9. "))
        #expect(all[1] == "the versions differ: libcurl 7 vs 8")
        #expect(all[2].hasPrefix("the recordings differ (SHA-256): app.ndjson aa vs app.ndjson bb. "))
    }

    @Test("compare prints warnings above the verdicts")
    func compared() throws {
        let rows = (1...4).map { Rows.summary("websocket", repeat: $0) }
        let comparison = try FolderComparison(
            baseline: rows, candidate: rows, names: ("a", "b"), warnings: ["the machines differ: cpu_model A vs B"]
        )
        let text = comparison.text
        #expect(text.contains("\nwarning: the machines differ: cpu_model A vs B\n\nOverall: "))
    }
}
