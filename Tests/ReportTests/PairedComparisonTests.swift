import Measurement
import ResultFiles
import Testing

@testable import Report

@Suite("Comparison of two cases of one run")
struct PairedComparisonTests {
    private func rows(_ transport: String, _ p50: [Double], clients: Int = 100) -> [SummaryRow] {
        p50.enumerated().map { index, delay in
            var row = Rows.summary(transport, repeat: index + 1)
            row.clients = clients
            row.caseID = "replay-host_\(clients)-clients_\(transport)"
            row.latencyP50Microseconds = delay
            // Only one metric, so that few repeats suffice.
            (row.latencyP99Microseconds, row.latencyMeanMicroseconds) = (nil, nil)
            (row.overheadBytesPerItem, row.serverCPUMicrosecondsPerItem) = (nil, nil)
            return row
        }
    }

    private func compare(_ rows: [SummaryRow], _ names: (String, String) = ("long-poll", "websocket")) throws
        -> PairedComparison
    {
        try PairedComparison(rows, directory: "RUN", baseline: names.0, candidate: names.1)
    }

    @Test("repeats are pairs: a small difference in each of seven repeats is found although repeats differ more")
    func paired() throws {
        let slow = [400.0, 900, 300, 1_200, 700, 500, 800]
        let comparison = try compare(rows("long-poll", slow) + rows("websocket", slow.map { $0 - 10 }))
        let metric = try #require(comparison.comparisons.first?.metrics.first)
        #expect(metric.finding == .lower)
        #expect(metric.p == 0.015625)
        #expect(metric.difference?.estimate == -10)
        #expect(comparison.text.contains("Overall: websocket is 1 lower out of 1 metric"))
        #expect(comparison.text.contains("  latency_p50_us            lower, p 0.0156\n"))
    }

    @Test("a repeat without a valid value on one side is left out, and six pairs are too few")
    func tooFew() throws {
        var fast = rows("websocket", [1, 2, 3, 4, 5, 6, 7])
        fast[2].valid = false
        let comparison = try compare(rows("long-poll", [10, 20, 30, 40, 50, 60, 70]) + fast)
        #expect(comparison.comparisons[0].metrics[0].finding == .tooFewRepeats(pairs: 6, needed: 7))
        #expect(comparison.comparisons[0].metrics[0].difference == nil)
        #expect(comparison.text.contains("too few repeats for a verdict: 6 pairs; needs at least 7"))
    }

    @Test("each condition is compared for itself; more metrics need more repeats")
    func conditions() throws {
        let all = [10, 100].flatMap { clients in
            rows("long-poll", [10, 20, 30, 40, 50, 60], clients: clients)
                + rows("websocket", [1, 2, 3, 4, 5, 6], clients: clients)
        }
        let comparison = try compare(all)
        #expect(comparison.comparisons.map(\.condition) == ["replay-host at 10 clients", "replay-host at 100 clients"])
        #expect(comparison.comparisons[0].metrics[0].finding == .tooFewRepeats(pairs: 6, needed: 8))
    }

    @Test("one sentence for names that are no cases, several cases, or not comparable")
    func names() throws {
        let all = rows("long-poll", [1]) + rows("websocket", [1], clients: 10)
        #expect(
            (#expect(throws: ReportError.self) { try compare(all, ("long-pol", "websocket")) })?.description
                == "RUN has no case named long-pol; allowed long-poll, websocket and the ids of cases; did you mean "
                + "long-poll?")
        #expect(
            (#expect(throws: ReportError.self) { try compare(all) })?.description.hasPrefix(
                "long-poll and websocket are never two cases that differ only in the ") == true)
        let ids = ("replay-host_100-clients_long-poll", "replay-host_10-clients_websocket")
        #expect(try compare(all, ids).comparisons.map(\.condition) == ["different conditions"])
        var other = rows("websocket", [1])
        other[0].caseID += "_b"
        other[0].variant = "b"
        let several = rows("long-poll", [1]) + rows("websocket", [1]) + other
        #expect(
            (#expect(throws: ReportError.self) { try compare(several) })?.description.hasPrefix(
                "websocket names several cases: replay-host_100-clients_websocket, ") == true)
    }
}
