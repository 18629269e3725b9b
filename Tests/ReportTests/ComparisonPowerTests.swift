import Measurement
import ResultFiles
import Testing

@testable import Report

/// Repeats with known distributions: how often does a comparison find a difference?
@Suite("Comparison: false alarms and differences found")
struct ComparisonPowerTests {
    private let seeds: Range<UInt64> = 0..<100

    /// Repeats of two cases: delays scatter by a tenth, bytes by a hundredth, CPU time by a twentieth.
    private func rows(_ seed: UInt64, repeats: Int, slower: Double = 1) -> [SummaryRow] {
        var random = SeededGenerator(seed: seed)
        return ["long-poll", "websocket"].flatMap { transport in
            (1...repeats).map { repetition in
                var row = Rows.summary(transport, repeat: repetition)
                func noise(_ deviation: Double) -> Double { 1 + deviation * random.normal() }
                // The median and the mean of one repeat are close to each other, as in a real run.
                let delay = 400 * noise(0.1) * slower
                row.latencyP50Microseconds = delay * noise(0.01)
                row.latencyMeanMicroseconds = delay * 1.1 * noise(0.02)
                row.latencyP99Microseconds = 800 * slower * noise(0.2)
                row.overheadBytesPerItem = 6 * noise(0.01)
                row.serverCPUMicrosecondsPerItem = 11 * noise(0.05)
                return row
            }
        }
    }

    private func compare(_ before: [SummaryRow], _ after: [SummaryRow]) throws -> ComparisonOutcome {
        try FolderComparison(baseline: before, candidate: after, names: ("A", "B")).outcome
    }

    @Test("two runs of one distribution: at most 3 false alarms in 100 seeds", arguments: [8])
    func falseAlarms(repeats: Int) throws {
        let alarms = try seeds.count { seed in
            try compare(rows(2 * seed, repeats: repeats), rows(2 * seed + 1, repeats: repeats)).different > 0
        }
        #expect(alarms <= 3)
    }

    @Test("20 % slower at twice the noise: worse in at least 90 of 100 seeds", arguments: [12])
    func slower(repeats: Int) throws {
        let found = try seeds.count { seed in
            let outcome = try compare(
                rows(2 * seed, repeats: repeats), rows(2 * seed + 1, repeats: repeats, slower: 1.2))
            return outcome.worse > 0
        }
        #expect(found >= 90)
    }

    private func pair(_ rows: [SummaryRow]) throws -> ComparisonOutcome {
        try PairedComparison(rows, directory: "RUN", baseline: "long-poll", candidate: "websocket").outcome
    }

    /// Two cases of one run; each repeat is slower or faster than others for both.
    private func run(_ seed: UInt64, repeats: Int, slower: Double) -> [SummaryRow] {
        let one = rows(seed, repeats: repeats).filter { $0.transport == "long-poll" }
        let other = rows(seed + 1_000, repeats: repeats, slower: slower).filter { $0.transport == "websocket" }
        var random = SeededGenerator(seed: seed + 2_000)
        let moods = one.map { _ in 1 + 0.3 * random.uniform() }
        return zip(one + other, moods + moods).map { row, mood in
            var row = row
            row.latencyP50Microseconds = row.latencyP50Microseconds.map { $0 * mood }
            row.latencyMeanMicroseconds = row.latencyMeanMicroseconds.map { $0 * mood }
            return row
        }
    }

    @Test("two equal cases: at most 3 false alarms in 100 seeds; 20 % slower: found in at least 90")
    func cases() throws {
        #expect(try seeds.count { try pair(run($0, repeats: 12, slower: 1)).different > 0 } <= 3)
        #expect(try seeds.count { try pair(run($0, repeats: 16, slower: 1.2)).different > 0 } >= 90)
    }

    @Test("of four equal cases, which are six pairs, comparisons.csv finds a difference in few runs")
    func allPairs() throws {
        let names = ["raw-tcp", "websocket", "sse", "long-poll"]
        let alarms = try (0..<60).count { seed in
            let all = names.enumerated().flatMap { index, name in
                rows(UInt64(100 * seed + index), repeats: 12).filter { $0.transport == "websocket" }.map { row in
                    var row = row
                    (row.transport, row.caseID) = (name, "replay-host_100-clients_\(name)")
                    return row
                }
            }
            let found = try CaseComparisons.rows(Rows.folder(all)).filter { $0.metric == "latency_p50_us" }
            #expect(found.count == 6 && found.allSatisfy { $0.tests == 6 })
            return found.contains { ["lower", "higher"].contains($0.verdict) }
        }
        // 1.2 are expected.
        #expect(alarms <= 4)
    }
}
