import Measurement
import ResultFiles
import Testing

@testable import Report

#if canImport(FoundationXML)
    import Foundation
    import FoundationXML
#else
    import Foundation
#endif

@Suite("Report and plots")
struct PagesTests {
    /// Values that break markup unless they are escaped.
    private static let nasty: [SummaryRow] = {
        var rows = Rows.three + [Rows.summary("carrier<pigeon>", variant: "a & \"b\" 'c' \u{1}")]
        rows[2].valid = false
        rows[2].invalidReason = "lag > 5 ms & <lost>\r\n| again"
        return rows
    }()

    @Test("every page and plot is well-formed XML", arguments: ["report.html", ".svg"])
    func wellFormed(suffix: String) throws {
        let files = try Rows.folder(Self.nasty).files().filter { $0.name.hasSuffix(suffix) }
        #expect(files.count == (suffix == ".svg" ? 4 : 1))
        for file in files {
            // The HTML document type is not XML; the rest of the page is.
            let lines = file.contents.split(separator: "\n").filter { !$0.hasPrefix("<!DOCTYPE") }
            let text = lines.joined(separator: "\n")
            let parser = XMLParser(data: Data(text.utf8))
            #expect(parser.parse(), "\(file.name): \(String(describing: parser.parserError))")
        }
    }

    @Test("report.html loads nothing from other servers")
    func selfContained() throws {
        let page = try #require(Rows.folder(Rows.three).files().first { $0.name == "report.html" }).contents
        let addresses = page.components(separatedBy: "://").dropFirst()
        #expect(addresses.allSatisfy { $0.hasPrefix("www.w3.org/2000/svg\"") })
        #expect(!page.contains("<script") && !page.contains("<link") && !page.contains("src="))
    }

    @Test("reports are reproducible byte for byte, independent of the order of the repeats")
    func rebuilt() throws {
        var rows = Rows.three + [Rows.summary("websocket", repeat: 2), Rows.summary("sse", repeat: 2)]
        rows[0].latencyP50Microseconds = 410.123_456
        let first = try Rows.folder(rows).files()
        rows.swapAt(0, 3)
        let second = try Rows.folder(rows).files()
        #expect(first.map(\.name) == second.map(\.name))
        #expect(first.map(\.contents) == second.map(\.contents))
    }

    @Test("every table lists the cases in the order of the scenario, which is that of the rows")
    func order() throws {
        var rows = Rows.three + [Rows.summary("short-poll", variant: "fast"), Rows.summary("short-poll", variant: "a")]
        rows[3].pollIntervalMilliseconds = 100
        let names = rows.map { [$0.transport, $0.variant].filter { !$0.isEmpty }.joined(separator: " ") }
        for (rows, names) in [(rows, names), (rows.reversed(), names.reversed())] {
            let folder = try Rows.folder(rows)
            #expect(folder.conditions.map { $0.cases.map(\.label) } == [names])
            #expect(TableCells(folder.conditions[0]).rows.map { $0.cells[0] } == names)
            #expect(Aggregates.rows(folder).map(\.caseID).distinct() == rows.map(\.caseID))
            let plot = try #require(LayerPlot.plot(folder))
            let column = try #require(plot.data.columns.firstIndex(of: "case_id"))
            #expect(plot.data.rows.map { $0[column] }.distinct() == rows.map(\.caseID))
        }
    }

    @Test("file names")
    func names() throws {
        #expect(
            try Rows.folder(Rows.three).files().map(\.name) == [
                "report.md", "report.html", "plots/overhead-by-layer.svg", "plots/overhead-by-layer.csv",
                "plots/latency.svg", "plots/latency.csv", "plots/timeline.svg", "plots/timeline.csv",
                "plots/bytes-by-direction.svg", "plots/bytes-by-direction.csv", "plots/plot.gp",
                "summary.json", "aggregates.csv", "aggregates.tex",
            ])
    }

    @Test("without a valid row there is a report without plots")
    func nothingValid() throws {
        var row = Rows.summary("websocket")
        row.valid = false
        row.invalidReason = "bytes not conserved"
        let files = try Rows.folder([row]).files()
        #expect(files.map(\.name) == ["report.md", "report.html", "summary.json"])
        #expect(files[0].contents.contains("bytes not conserved"))
    }

    @Test("impossible numbers do not stop the report", arguments: [-1e300, -1, 0, 1e300])
    func wildNumbers(value: Double) throws {
        // The largest that a file may have.
        let huge = 99_999_999_999_999
        let rows = (1...2).map { repetition in
            var row = Rows.summary("websocket", repeat: repetition)
            (row.latencyP50Microseconds, row.latencyP99Microseconds) = (value, value)
            (row.latencyMaxMicroseconds, row.overheadBytesPerItem) = (value, value)
            (row.unique, row.requests, row.setupBytesTotal) = (huge, huge, huge)
            (row.delivered, row.deliveredAfterWindow, row.expected) = (huge, huge, huge)
            (row.tcpPayloadBytesUp, row.tcpPayloadBytesDown, row.missed) = (huge, 0, -huge)
            return row
        }
        var texts = Rows.texts(rows)
        // The lines of this file have the sums of the fields above.
        texts["layers.csv"] = Rows.texts([Rows.summary("websocket")])["layers.csv"]
        var timeline = Rows.timeline(of: rows[0])
        timeline[11].second = huge
        texts["timeline.csv"] = TimelineRow.table.text(of: timeline)
        let folder = try ReportFolder(texts: texts)
        #expect(folder.files().allSatisfy { !$0.contents.contains("nan") })
        #expect(!ResultTableText.terminal(folder).isEmpty)
    }

    @Test("the layer plot shows bytes per item, with the estimate separate")
    func layers() throws {
        let plot = try #require(LayerPlot.plot(Rows.folder(Rows.three)))
        #expect(plot.svg.contains(">39.0 B + 52.0 B TCP/IP</text>"))
        #expect(plot.svg.contains(">5.00 B + 2.00 B setup + 52.0 B TCP/IP</text>"))
        #expect(plot.svg.contains("<title>WebSocket frame headers: 4.00 bytes per item</title>"))
        #expect(!plot.svg.contains("payload"))
    }

    @Test("a timeline breaks where a second is missing")
    func brokenLine() throws {
        let plot = try #require(TimelinePlot.plot(Rows.folder([Rows.summary("websocket")])))
        // Two pieces for each of two percentiles, around the second without items, and one line of the legend.
        #expect(plot.svg.components(separatedBy: "<polyline").count - 1 == 5)
    }

    @Test("the report of an incomplete run begins with a warning")
    func incomplete() throws {
        var texts = Rows.texts(Rows.three)
        let scenario = Manifest.ScenarioRecord(name: "tiny", text: "", sha256: String(repeating: "ab", count: 32))
        var manifest = Manifest(
            runID: "r", scenario: scenario, seed: 1, caseOrder: [], commandLine: ["pushlab", "run"],
            startedAt: UTCInstant(millisecondsSince1970: 0), environment: ["cpu": ["model": "a|b"]])
        manifest.finish(at: UTCInstant(millisecondsSince1970: 1_000), incompleteBecause: "interrupted")
        texts["manifest.json"] = try manifest.json()
        let report = try #require(ReportFolder(texts: texts).files().first).contents
        #expect(
            report.hasPrefix(
                "# tiny\n\n**This run is incomplete: interrupted. The results cover only what is there.**\n"))
        #expect(report.contains("| model | a\\|b |"))
    }
}
