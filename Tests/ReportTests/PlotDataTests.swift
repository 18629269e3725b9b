import Foundation
import Measurement
import ResultFiles
import Testing

@testable import Report

@Suite("Data and papers of plots")
struct PlotDataTests {
    @Test("every plot has its numbers in a CSV file, and is redrawn by plot.gp")
    func beside() throws {
        let folder = try Rows.folder(SweepTests.rows() + Rows.three)
        let files = Dictionary(uniqueKeysWithValues: folder.files().map { ($0.name, $0.contents) })
        let script = try #require(files["plots/plot.gp"])
        for plot in Plots.all(folder) {
            #expect(files[plot.dataFileName] == plot.data.text)
            #expect(!plot.data.rows.isEmpty)
            #expect(script.contains("data = \"\(plot.name).csv\""), "\(plot.name)")
        }
    }

    @Test("the data of a case without valid figures is empty, not 0")
    func missing() throws {
        var rows = Rows.three
        (rows[0].valid, rows[0].invalidReason) = (false, "late")
        let plots = Plots.all(try Rows.folder(rows))
        for name in ["latency", "overhead-by-layer", "bytes-by-direction"] {
            let plot = try #require(plots.first { $0.name == name })
            let row = try #require(plot.data.rows.first { $0[2] == "websocket" })
            #expect(!row.dropFirst(3).contains { !$0.isEmpty }, "\(name)")
        }
    }

    @Test("names cannot leave gnuplot's strings")
    func quoted() {
        #expect(PaperFigure.quoted("a\"b\\c`ls`\n") == "\"a\\\"b\\\\c'ls' \"")
    }

    @Test("the curve ends where no delay is longer")
    func curve() throws {
        var histogram = LatencyHistogram()
        for microseconds in 1...1_000 as ClosedRange<Int64> { histogram.record(microseconds: microseconds) }
        let curve = try #require(LatencyCurve(histogram))
        #expect(curve.samples == 1_000 && curve.highest == 1_000)
        #expect(curve.points.first?.microseconds == 1)
        #expect(curve.points.last?.share == 0.001)
        #expect(curve.points.first { $0.share == 0.5 }?.microseconds == 500)
        #expect(LatencyCurve(LatencyHistogram()) == nil)
    }

    @Test("percentiles are drawn from the histograms, and left out without them")
    func percentiles() throws {
        var folder = try Rows.folder(Rows.three)
        #expect(PercentilePlot.plot(folder) == nil)
        var histogram = LatencyHistogram()
        for microseconds in 1...1_000 as ClosedRange<Int64> { histogram.record(microseconds: microseconds) }
        folder.curves = [Rows.three[0].caseID: try #require(LatencyCurve(histogram))]
        let plot = try #require(PercentilePlot.plot(folder))
        #expect(plot.svg.contains(">99.9 %</text>") && !plot.svg.contains(">99.99 %</text>"))
        #expect(
            plot.data.rows.last == [
                "replay-host, 100 clients", Rows.three[0].caseID, "websocket", "100", "1000", "1000", "1000",
            ])
    }

    @Test("items are in the bars where transports carry them in different sizes")
    func items() throws {
        let plain = try #require(LayerPlot.plot(Rows.folder(Rows.three)))
        #expect(plain.title == "Overhead per item, by layer")
        var texts = Rows.texts(Rows.three)
        texts["layers.csv"] = texts["layers.csv"]?.replacingOccurrences(
            of: "websocket,,down,payload,1536000", with: "websocket,,down,payload,768000")
        let compressed = try #require(LayerPlot.plot(ReportFolder(texts: texts)))
        #expect(compressed.title == "Bytes per item, by layer")
        #expect(compressed.svg.contains(">64.0 B items + 5.00 B + 2.00 B setup + 52.0 B TCP/IP</text>"))
    }
}
