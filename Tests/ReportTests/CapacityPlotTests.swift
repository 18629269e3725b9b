import Expressions
import ResultFiles
import Testing

@testable import Report

@Suite("The plot of a search for the capacity")
struct CapacityPlotTests {
    private static let condition = "latency_p99_us > 100ms or missed > 0"

    /// Loads with their delays in µs; a delay of `nil` is a row whose times are not valid.
    private func folder(_ loads: [(Double, Double?)]) throws -> ReportFolder {
        var (rows, steps) = ([SummaryRow](), [CapacityRow]())
        for (index, (load, delay)) in loads.enumerated() {
            var row = Rows.summary("websocket", repeat: index + 1)
            (row.valid, row.bytesValid, row.timesValid) = (delay != nil, true, delay != nil)
            (row.latencyP99Microseconds, row.missed) = (delay ?? 7, 0)
            rows.append(row)
            var step = CapacityRow()
            (step.runID, step.scenario, step.search, step.step) = (row.runID, row.scenario, 1, index + 1)
            (step.caseID, step.repetition, step.transport) = (row.caseID, row.repetition, row.transport)
            (step.field, step.load, step.phase) = ("clients", load, "bisect")
            (step.condition, step.isReached) = (Self.condition, delay.map { $0 > 100_000 })
            (step.answer, step.low, step.high, step.outcome) = (50, 49, 52, "found")
            steps.append(step)
        }
        var texts = Rows.texts(rows)
        texts[CapacityRow.table.fileName] = CapacityRow.table.text(of: steps)
        return try ReportFolder(texts: texts)
    }

    @Test("a panel per watched column, the limit in the column's unit, and a row per measurement by load")
    func data() throws {
        let plot = try #require(
            CapacityPlot.all(try folder([(20, 20_000), (52, 140_000), (40, 40_000), (50, 50_000), (52, nil)])).first)
        let rows = plot.data.rows.filter { $0[0] == "latency_p99_us" }
        #expect(plot.data.rows.count == 2 * rows.count)
        #expect(rows.map { $0[6] } == ["20", "40", "50", "52", "52"])
        #expect(rows.map { $0[7] } == ["20000", "40000", "50000", "140000", ""])
        #expect(rows.allSatisfy { $0[8] == "100000" && $0[10...] == ["50", "49", "52"] })
        #expect(rows.map { $0[9] } == ["false", "false", "false", "true", ""])
        #expect(plot.data.rows.last?[0] == "missed")
        #expect(plot.svg.contains("The largest clients at which"))
        #expect(plot.papers.map(\.suffix) == ["latency-p99-us", "missed"])
        #expect(plot.papers[0].commands.contains { $0.hasPrefix("set arrow from first 50, graph 0") })
    }

    @Test("it comes first, and only in the folder of a search")
    func place() throws {
        #expect(Plots.all(try folder([(20, 20_000), (80, 300_000)])).first?.name == "capacity")
        #expect(!Plots.all(try Rows.folder(Rows.three)).contains { $0.name == "capacity" })
    }

    @Test("what a condition watches, in its order, with limits in the units of the columns")
    func watched() throws {
        func watched(_ text: String) throws -> [WatchedColumn] { try Predicate(text, columns: .results).watched }
        let both = try watched(Self.condition)
        #expect(both.map(\.column) == ["latency_p99_us", "missed"])
        #expect(both.map(\.limits) == [[100_000], [0]])
        let mirrored = try watched("not 5ms < median(latency_p50_us) and missed / expected > 1%")
        #expect(mirrored.map(\.column) == ["latency_p50_us", "missed", "expected"])
        #expect(mirrored.map(\.limits) == [[5_000], [], []])
    }
}
