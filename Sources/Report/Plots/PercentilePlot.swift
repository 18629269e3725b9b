import Measurement
import ResultFiles

/// Delay by percentile up to the 99.999th: one line per case, as HdrHistogram plots them.
struct PercentilePlot {
    private static let title = "Delay by percentile"
    private static let width = 880.0
    private static let margin = 16.0
    private static let left = 84.0
    private static let gap = 92.0
    private static let panelHeight = 220.0
    /// More panels would make the page too long; the CSV file has all.
    private static let mostPanels = 8

    /// Shares with a marker: the percentiles of the axis.
    private static let marked: Set<Double> = [0.5, 0.1, 0.01, 0.001, 0.000_1]

    private struct Series {
        let result: CaseResult
        let style: TransportStyle
        let use: Int
        let curve: LatencyCurve
    }

    private let panels: [(condition: Condition, series: [Series])]

    static func plot(_ folder: ReportFolder) -> Plot? {
        let plot = PercentilePlot(folder)
        guard !plot.panels.isEmpty else { return nil }
        return Plot(
            fileName: "plots/percentiles.svg", title: title,
            caption: "Delay that at least this share of the deliveries does not exceed, from the histograms of all "
                + "repeats with valid times. A line ends where fewer than one delivery is above; if there are fewer "
                + "than 100,000, its last point is the largest delay. The axis below is logarithmic in the "
                + "share that is above, so that rare delays are visible." + plot.independence + plot.omission
                + folder.roundTripNote,
            svg: plot.svg, data: plot.data, papers: plot.papers)
    }

    private init(_ folder: ReportFolder) {
        var numbers = CaseNumbers(folder.conditions.flatMap(\.cases))
        panels = folder.conditions.compactMap { condition in
            let series = condition.cases.compactMap { result -> Series? in
                let use = numbers.number(result)
                return folder.curves[result.caseID].map {
                    Series(result: result, style: numbers.style(of: result), use: use, curve: $0)
                }
            }
            return series.isEmpty ? nil : (condition, series)
        }
    }

    private var drawn: ArraySlice<(condition: Condition, series: [Series])> { panels.prefix(Self.mostPanels) }

    private var omission: String {
        panels.count > Self.mostPanels
            ? " Only the first \(Self.mostPanels) of \(panels.count) conditions are drawn; the CSV file has all." : ""
    }

    /// A late publication is late for all clients, so deliveries of one item are no independent evidence.
    private var independence: String {
        let items = panels.flatMap(\.series).compactMap { $0.result.times.sum(\.published) }.filter { $0 > 0 }
        guard let least = items.min(), let most = items.max(),
            panels.flatMap(\.series).contains(where: { $0.result.clients > 1 })
        else { return "" }
        let count = least == most ? Figure.count(least) : "\(Figure.count(least)) to \(Figure.count(most))"
        return
            " All clients get the same items, here \(count) in all repeats: where fewer than one in this many is "
            + "above, a single late item decides."
    }

    private var svg: String {
        var canvas = SVGCanvas()
        canvas.text(Self.title, x: Self.margin, y: 28, ink: .strong)
        var y = legend.draw(on: &canvas, x: Self.margin, y: 42, maximumX: Self.width - Self.margin)
        // One panel has the whole width; more stand side by side.
        let columns = drawn.count > 1 ? 2 : 1
        let room = Self.width - Self.left - Self.margin - 12 - Double(columns - 1) * Self.gap
        let width = room / Double(columns)
        for (index, panel) in drawn.enumerated() {
            let start = Self.left + Double(index % columns) * (width + Self.gap)
            let title = TextWidth.cut(panel.condition.title, to: columns == 1 ? 100 : 48)
            canvas.text(title, x: start - 60, y: y + 28, ink: .strong, hover: panel.condition.title)
            Self.panel(panel.series).draw(
                on: &canvas, left: start, right: start + width, top: y + 62, bottom: y + 62 + Self.panelHeight)
            if index % columns == columns - 1 || index == drawn.count - 1 { y += 62 + Self.panelHeight + 28 }
        }
        canvas.text("percentile", x: Self.width / 2, y: y + 12, anchor: .middle, ink: .quiet)
        return canvas.document(
            width: Self.width, height: y + 28, name: "percentiles", title: Self.title, description: description)
    }

    private static func panel(_ series: [Series]) -> LinePanel {
        let lines = series.map { one in
            let points = one.curve.points.map { share, delay in
                LinePanel.Point(
                    x: 1 / share, y: max(delay, 1),
                    hover: "\(one.result.label): \(Figure.delay(microseconds: delay))",
                    hasMarker: marked.contains(share))
            }
            let end = LinePanel.Point(x: Double(one.curve.samples), y: max(one.curve.highest, 1), hasMarker: false)
            return LinePanel.Series(
                colour: one.style.colour, use: one.use, marker: one.style.marker,
                points: points + (one.curve.samples < 100_000 ? [end] : []))
        }
        let values = lines.flatMap { $0.points.map(\.y) }
        let delays = Ticks.logarithmic(from: values.min() ?? 1, to: values.max() ?? 10)
        let deepest = lines.flatMap { $0.points.map(\.x) }.max() ?? 100
        let percentiles =
            [(1.0, "0 %"), (2, "50 %"), (10, "90 %"), (100, "99 %"), (1_000, "99.9 %")]
            + [(10_000, "99.99 %"), (100_000, "99.999 %")]
        let last = percentiles.firstIndex { $0.0 >= deepest } ?? percentiles.count - 1
        return LinePanel(
            title: "delay",
            x: LinePanel.Side(isLogarithmic: true, ticks: percentiles[...max(last, 2)].map { ($0.0, $0.1) }),
            y: LinePanel.Side(
                isLogarithmic: true, ticks: delays.map { ($0, Axis.delayLabel(microseconds: $0)) }),
            series: lines)
    }

    private var legend: Legend {
        Legend(
            entries: drawn.flatMap(\.series).distinct { $0.result.label }.map {
                Legend.Entry(
                    mark: .series(
                        colour: $0.style.colour, use: $0.use, marker: $0.style.marker),
                    name: $0.result.label)
            })
    }

    private var data: PlotTable {
        var table = PlotTable(CaseResult.plotColumns + ["percentile", "one_in", "latency_us", "samples"])
        for (condition, series) in panels {
            for one in series {
                let head = one.result.plotCells(in: condition)
                for point in one.curve.points {
                    table.add(
                        head + [
                            PlotTable.cell(100 * (1 - point.share)), PlotTable.cell(1 / point.share),
                            PlotTable.cell(point.microseconds), PlotTable.cell(one.curve.samples),
                        ])
                }
                table.add(
                    head + [
                        "100", PlotTable.cell(one.curve.samples), PlotTable.cell(one.curve.highest),
                        PlotTable.cell(one.curve.samples),
                    ])
            }
        }
        return table
    }

    private var papers: [PaperFigure] {
        panels.enumerated().map { index, panel in
            PaperFigure.lines(
                panels.count > 1 ? "\(index + 1)" : "", title: "\(Self.title): \(panel.condition.title)",
                x: PaperFigure.Side(column: "one_in", title: "one delivery in", isLogarithmic: true),
                y: .delay("latency_us"),
                series: panel.series.map { one in
                    PaperFigure.Series(
                        name: one.result.label, filter: [.init("case_id", one.result.caseID)],
                        colour: one.style.colour, marker: one.style.marker.gnuplot(use: one.use),
                        dash: LineDash.gnuplot(one.use))
                })
        }
    }

    private var description: String {
        drawn.map { panel in
            let cases = panel.series.map {
                "\($0.result.label) \($0.curve.samples) deliveries up to "
                    + Figure.delay(microseconds: $0.curve.highest)
            }
            return "\(panel.condition.title): \(cases.joined(separator: "; "))."
        }.joined(separator: " ")
    }
}
