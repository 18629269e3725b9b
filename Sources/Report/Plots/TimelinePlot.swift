import Measurement
import ResultFiles

/// Median and 99th percentile of the delay in each second, one line per repeat of a case.
struct TimelinePlot {
    private static let title = "Delay over time"
    private static let width = 880.0
    private static let margin = 16.0
    private static let left = 90.0
    private static let panelHeight = 170.0
    private static let panelGap = 36.0
    private static var panelWidth: Double { (width - left - margin - panelGap) / 2 }

    private struct Series {
        let result: CaseResult
        let style: TransportStyle
        /// Its number among the cases of its transport.
        let use: Int
        /// By repeat, then second.
        let runs: [[TimelineRow]]
    }

    private let panels: [(condition: Condition, series: [Series])]

    static func plot(_ folder: ReportFolder) -> Plot? {
        let plot = TimelinePlot(folder)
        guard !plot.panels.isEmpty else { return nil }
        return Plot(
            fileName: "plots/timeline.svg", title: title,
            caption: "Delay of the items received in each second after the warm-up. Left: median. Right: 99th "
                + "percentile. Only rows with valid times; one line per repeat. A line breaks where nothing was "
                + "delivered. The delay axis is logarithmic." + folder.roundTripNote,
            svg: plot.svg, data: plot.data, papers: plot.papers)
    }

    private var data: PlotTable {
        var table = PlotTable(
            CaseResult.plotColumns + ["repeat", "second", "delivered", "latency_p50_us", "latency_p99_us"])
        for panel in panels {
            for series in panel.series {
                for row in series.runs.flatMap({ $0 }) {
                    table.add(
                        series.result.plotCells(in: panel.condition) + [
                            PlotTable.cell(row.repetition), PlotTable.cell(row.second), PlotTable.cell(row.delivered),
                            PlotTable.cell(row.latencyP50Microseconds), PlotTable.cell(row.latencyP99Microseconds),
                        ])
                }
            }
        }
        return table
    }

    private var papers: [PaperFigure] {
        panels.enumerated().flatMap { index, panel in
            [("latency_p50_us", "p50"), ("latency_p99_us", "p99")].map { column, name in
                PaperFigure.lines(
                    "\(index + 1)-\(name)", title: "\(Self.title), \(name): \(panel.condition.title)",
                    x: PaperFigure.Side(column: "second", title: "seconds after the warm-up"),
                    y: .delay(column),
                    series: panel.series.map { one in
                        PaperFigure.Series(
                            name: one.result.label, filter: [.init("case_id", one.result.caseID)],
                            colour: one.style.colour, marker: one.style.marker.gnuplot,
                            dash: LineDash.gnuplot(one.use))
                    }, joins: panel.series.allSatisfy { $0.runs.count == 1 })
            }
        }
    }

    private init(_ folder: ReportFolder) {
        let byCase = Dictionary(grouping: folder.timeline, by: \.caseID)
        var numbers = CaseNumbers(folder.conditions.flatMap(\.cases))
        panels = folder.conditions.compactMap { condition in
            let series = Self.series(condition, byCase, &numbers)
            return series.contains { $0.runs.contains { !$0.isEmpty } } ? (condition, series) : nil
        }
    }

    private static func series(
        _ condition: Condition, _ rows: [String: [TimelineRow]], _ numbers: inout CaseNumbers
    ) -> [Series] {
        condition.cases.compactMap { result in
            let use = numbers.number(result)
            guard result.hasValidTimes else { return nil }
            let runs = result.times.rows.map { valid in
                (rows[result.caseID] ?? []).filter {
                    $0.repetition == valid.repetition && !$0.delays.isEmpty && $0.second >= 0
                        && Double($0.second) < valid.durationSeconds
                }
                .sorted { $0.second < $1.second }
            }
            return Series(result: result, style: numbers.style(of: result), use: use, runs: runs)
        }
    }

    private var svg: String {
        var canvas = SVGCanvas()
        canvas.text(Self.title, x: Self.margin, y: 28, ink: .strong)
        var y = legend.draw(on: &canvas, x: Self.margin, y: 42, maximumX: Self.width - Self.margin)
        for panel in panels {
            canvas.text(panel.condition.title, x: Self.margin, y: y + 28, ink: .strong)
            draw(panel.series, on: &canvas, top: y + 60)
            y += 60 + Self.panelHeight + 24
        }
        let middle = Self.left + Self.panelWidth + Self.panelGap / 2
        canvas.text("seconds after the warm-up", x: middle, y: y + 14, anchor: .middle, ink: .quiet)
        return canvas.document(
            width: Self.width, height: y + 30, name: "timeline", title: Self.title, description: description)
    }

    private var legend: Legend {
        let series = panels.flatMap(\.series).distinct { $0.result.label }
        return Legend(
            entries: series.map {
                Legend.Entry(
                    mark: .line(colour: $0.style.colour, dash: LineDash.svg($0.use)), name: $0.result.label)
            })
    }

    private func draw(_ series: [Series], on canvas: inout SVGCanvas, top: Double) {
        let rows = series.flatMap { $0.runs.flatMap { $0 } }
        let delays = rows.flatMap(\.delays)
        let ticks = Ticks.logarithmic(from: max(delays.min() ?? 1, 1), to: max(delays.max() ?? 1, 1))
        let bottom = top + Self.panelHeight
        let vertical = Scale.logarithmic(from: ticks.first ?? 1, to: ticks.last ?? 10, pixels: (bottom, top))
        let seconds = Ticks.linear(to: Double(max(rows.map(\.second).max() ?? 1, 1)))
        let values: [(name: String, value: (TimelineRow) -> Double?)] = [
            ("median delay per second", \.latencyP50Microseconds),
            ("99th percentile of delay per second", \.latencyP99Microseconds),
        ]
        for (column, half) in values.enumerated() {
            let start = Self.left + Double(column) * (Self.panelWidth + Self.panelGap)
            let horizontal = Scale.linear(
                from: 0, to: seconds.last ?? 1, pixels: (start, start + Self.panelWidth))
            canvas.text(half.name, x: start, y: top - 10, ink: .quiet)
            grid(on: &canvas, ticks, vertical, seconds, horizontal, start: start, bottom: bottom, labels: column == 0)
            for one in series {
                draw(one, on: &canvas, half.value) { (horizontal.position($0), vertical.position($1)) }
            }
        }
    }

    private func grid(
        on canvas: inout SVGCanvas, _ ticks: [Double], _ vertical: Scale, _ seconds: [Double], _ horizontal: Scale,
        start: Double, bottom: Double, labels: Bool
    ) {
        for tick in ticks {
            let y = vertical.position(tick)
            canvas.rule(from: (start, y), to: (start + Self.panelWidth, y))
            guard labels else { continue }
            canvas.text(Axis.delayLabel(microseconds: tick), x: start - 8, y: y + 4.5, anchor: .end, ink: .quiet)
        }
        for second in seconds {
            let x = horizontal.position(second)
            canvas.rule(from: (x, bottom), to: (x, bottom + 4), isStrong: true)
            canvas.text(Figure.plain(second), x: x, y: bottom + 18, anchor: .middle, ink: .quiet)
        }
        canvas.rule(from: (start, bottom), to: (start + Self.panelWidth, bottom), isStrong: true)
    }

    private func draw(
        _ series: Series, on canvas: inout SVGCanvas, _ value: (TimelineRow) -> Double?,
        at place: (Double, Double) -> (Double, Double)
    ) {
        for run in series.runs {
            for piece in Self.unbroken(run, value) {
                let corners = piece.map { place(Double($0.second), $0.delay) }
                let opacity = series.runs.count > 1 ? 0.55 : 1
                canvas.path(
                    corners, colour: series.style.colour, dash: LineDash.svg(series.use), opacity: opacity)
                // A line of one second has no length, so it is a dot.
                if corners.count == 1 {
                    canvas.dot(
                        x: corners[0].0, y: corners[0].1, radius: 1, colour: series.style.colour,
                        hover: series.result.label)
                }
            }
        }
    }

    /// The series split where a second is missing.
    private static func unbroken(
        _ run: [TimelineRow], _ value: (TimelineRow) -> Double?
    ) -> [[(second: Int, delay: Double)]] {
        var pieces: [[(second: Int, delay: Double)]] = []
        for row in run {
            guard let delay = value(row) else { continue }
            if let last = pieces.last?.last, row.second - last.second == 1 {
                pieces[pieces.count - 1].append((row.second, delay))
            } else {
                pieces.append([(row.second, delay)])
            }
        }
        return pieces
    }

    private var description: String {
        let names = panels.map { panel in
            "\(panel.condition.title): \(panel.series.map(\.result.label).joined(separator: ", "))."
        }
        return "Delay over time. " + names.joined(separator: " ") + " The values are in timeline.csv."
    }
}

extension TimelineRow {
    fileprivate var delays: [Double] { [latencyP50Microseconds, latencyP99Microseconds].compactMap { $0 } }
}
