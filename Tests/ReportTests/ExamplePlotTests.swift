import ResultFiles
import Testing

@testable import Report

#if canImport(FoundationXML)
    import Foundation
    import FoundationXML
#else
    import Foundation
#endif

// example: add-a-plot

/// HTTP requests per item delivered: one bar per case.
enum RequestPlot {
    private static let title = "Requests per item"

    static func plot(_ folder: ReportFolder) -> Plot? {
        let values = folder.conditions.flatMap(\.cases).compactMap(requestsPerItem)
        guard let highest = values.max(), highest > 0 else { return nil }
        return Plot(
            fileName: "plots/requests.svg", title: title,
            caption: "HTTP requests divided by items delivered. Only rows with valid bytes; the median of repeats.",
            svg: svg(folder.conditions, highest: highest), data: data(folder.conditions),
            papers: PaperFigure.bars(
                folder.conditions, title: title, [PaperFigure.Bar(column: "requests_per_item", name: "requests")],
                axis: PaperFigure.Side(column: "requests_per_item", title: "requests per item")))
    }

    private static func data(_ conditions: [Condition]) -> PlotTable {
        var table = PlotTable(CaseResult.plotColumns + ["requests_per_item"])
        for condition in conditions {
            for result in condition.cases {
                table.add(result.plotCells(in: condition) + [PlotTable.cell(requestsPerItem(result))])
            }
        }
        return table
    }

    private static func requestsPerItem(_ result: CaseResult) -> Double? {
        result.hasValidBytes ? result.bytes.median(\.requestsPerItem) : nil
    }

    private static func svg(_ conditions: [Condition], highest: Double) -> String {
        let chart = RowChart(conditions, rightMargin: 90)
        let ticks = Ticks.linear(to: highest)
        let scale = Scale.linear(from: 0, to: ticks.last ?? 1, pixels: (chart.left, chart.right))
        let axis = Axis(
            ticks: ticks.map { Axis.Tick(position: scale.position($0), label: Figure.plain($0)) }, title: "requests")
        let content = RowChart.Content(
            name: "requests", title: title, description: "One bar per case.", legend: Legend(entries: []), axis: axis)
        return chart.svg(content) { canvas, result, y in
            guard let value = requestsPerItem(result) else { return }
            let end = scale.position(value)
            canvas.bar(x: chart.left, y: y - 9, width: end - chart.left, height: 18, colour: result.style.colour)
            canvas.text(Figure.significant(value), x: end + 8, y: y + 4.5, ink: .figure)
        }
    }
}

// end of example

@Suite("The example of Sources/README.md: a plot")
struct ExamplePlotTests {
    private static let makers: [Plots.Maker] = {
        var makers = Plots.standard
        makers.append(RequestPlot.plot)
        return makers
    }()

    @Test("it is drawn after the other plots, from the rows of the CSV files")
    func drawn() throws {
        let folder = try Rows.folder(Rows.three)
        let plots = Plots.all(folder, by: Self.makers)
        #expect(plots.dropLast() == Plots.all(folder)[...])
        let plot = try #require(plots.last)
        #expect(plot.fileName == "plots/requests.svg")
        #expect(XMLParser(data: Data(plot.svg.utf8)).parse())
        // One request per item of long polling, 0.1 of short polling.
        #expect(plot.svg.contains(">1.00</text>"))
        #expect(plot.svg.contains(">0.100</text>"))
    }

    @Test("it is left out where no row has requests")
    func leftOut() throws {
        var row = Rows.summary("raw-tcp")
        row.requests = nil
        let folder = try Rows.folder([row])
        #expect(Plots.all(folder, by: Self.makers) == Plots.all(folder))
    }
}
