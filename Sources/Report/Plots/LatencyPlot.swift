import Measurement
import ResultFiles

/// Delay of items: median, 90th and 99th percentile and maximum of each case, on a logarithmic axis.
struct LatencyPlot {
    private static let title = "Delay from due time to arrival"

    private let conditions: [Condition]

    static func plot(_ folder: ReportFolder) -> Plot? {
        let plot = LatencyPlot(conditions: folder.conditions)
        guard !plot.values.isEmpty else { return nil }
        return Plot(
            fileName: "plots/latency.svg", title: title,
            caption:
                "Time from the instant an item is due until its last byte arrives at a client. Only items due after "
                + "the warm-up and rows with valid times. With several repeats, each percentile is the median of "
                + "the repeats' percentiles and the maximum is the largest value. The axis is logarithmic."
                + folder.roundTripNote,
            svg: plot.svg, data: plot.data, papers: plot.papers)
    }

    private static let columns: [(name: String, value: @Sendable (CaseResult) -> Double?)] = [
        ("latency_p50_us", { $0.times.median(\.latencyP50Microseconds) }),
        ("latency_p90_us", { $0.times.median(\.latencyP90Microseconds) }),
        ("latency_p99_us", { $0.times.median(\.latencyP99Microseconds) }),
        ("latency_max_us", { $0.times.latencyMax }),
        // Empty with fewer than 6 repeats.
        ("latency_p50_low_us", { $0.interval(of: "latency_p50_us")?.low }),
        ("latency_p50_high_us", { $0.interval(of: "latency_p50_us")?.high }),
        ("latency_p99_low_us", { $0.interval(of: "latency_p99_us")?.low }),
        ("latency_p99_high_us", { $0.interval(of: "latency_p99_us")?.high }),
    ]

    private var data: PlotTable {
        var table = PlotTable(CaseResult.plotColumns + Self.columns.map(\.name))
        for condition in conditions {
            for result in condition.cases {
                let cells = Self.columns.map { PlotTable.cell(result.hasValidTimes ? $0.value(result) : nil) }
                table.add(result.plotCells(in: condition) + cells)
            }
        }
        return table
    }

    private var papers: [PaperFigure] {
        PaperFigure.points(
            conditions, title: Self.title,
            [
                PaperFigure.Mark(
                    column: "latency_p50_us", name: "p50", marker: 7,
                    interval: ("latency_p50_low_us", "latency_p50_high_us")),
                PaperFigure.Mark(
                    column: "latency_p99_us", name: "p99", marker: 12,
                    interval: ("latency_p99_low_us", "latency_p99_high_us")),
                PaperFigure.Mark(column: "latency_max_us", name: "maximum", marker: 6),
            ], axis: .delay(""))
    }

    private var values: [Double] {
        conditions.flatMap(\.cases).filter(\.hasValidTimes).flatMap { result in
            [result.times.median(\.latencyP50Microseconds), result.times.latencyMax].compactMap { $0 }
        }
    }

    private var svg: String {
        let chart = RowChart(conditions, rightMargin: 270)
        // A logarithmic axis has no 0; histograms count whole microseconds.
        let ticks = Ticks.logarithmic(from: max(values.min() ?? 1, 1), to: max(values.max() ?? 1, 1))
        let scale = Scale.logarithmic(
            from: ticks.first ?? 1, to: ticks.last ?? 10, pixels: (chart.left + 6, chart.right - 6))
        let axis = Axis(
            ticks: ticks.map {
                Axis.Tick(position: scale.position($0), label: Axis.delayLabel(microseconds: $0))
            }, title: "delay (logarithmic)")
        let legend = Legend(entries: [
            Legend.Entry(mark: .dot(isFilled: true), name: "p50"), Legend.Entry(mark: .tick, name: "p90"),
            Legend.Entry(mark: .diamond, name: "p99"), Legend.Entry(mark: .dot(isFilled: false), name: "maximum"),
        ])
        let ends = [90.0, 175, 258].map { chart.right + $0 }
        let content = RowChart.Content(
            name: "latency", title: Self.title, description: description, legend: legend, axis: axis,
            columns: Array(zip(ends, ["p50", "p99", "max"])), showsTimes: true)
        return chart.svg(content) { canvas, result, y in
            draw(result, on: &canvas, y: y, scale)
            for (x, text) in zip(ends, figures(result)) { canvas.text(text, x: x, y: y + 4.5, anchor: .end) }
        }
    }

    private func draw(_ result: CaseResult, on canvas: inout SVGCanvas, y: Double, _ scale: Scale) {
        let colour = result.style.colour
        guard let p50 = result.times.median(\.latencyP50Microseconds), let highest = result.times.latencyMax else {
            return
        }
        let (start, end) = (scale.position(p50), scale.position(highest))
        canvas.stroke(from: (start, y), to: (end, y), colour: colour, width: 2)
        let hover = { (name: String, value: Double) in
            "\(result.label) \(name): \(Figure.delay(microseconds: value))"
        }
        canvas.dot(x: end, y: y, radius: 4, colour: colour, isFilled: false, hover: hover("maximum", highest))
        if let p99 = result.times.median(\.latencyP99Microseconds) {
            canvas.diamond(x: scale.position(p99), y: y, radius: 6.5, colour: colour, hover: hover("p99", p99))
        }
        if let p90 = result.times.median(\.latencyP90Microseconds) {
            let x = scale.position(p90)
            canvas.stroke(from: (x, y - 7), to: (x, y + 7), colour: colour, width: 3)
        }
        canvas.dot(x: start, y: y, radius: 5, colour: colour, hover: hover("p50", p50))
    }

    private func figures(_ result: CaseResult) -> [String] {
        [
            result.times.median(\.latencyP50Microseconds), result.times.median(\.latencyP99Microseconds),
            result.times.latencyMax,
        ]
        .map { Figure.delay(microseconds: $0) }
    }

    private var description: String {
        conditions.map { condition in
            let cases = condition.cases.filter(\.hasValidTimes).map { result in
                let named = zip(["p50", "p99", "maximum"], figures(result)).map { "\($0) \($1)" }
                return "\(result.label) \(named.joined(separator: ", "))"
            }
            return "\(condition.title): \(cases.joined(separator: "; "))."
        }.joined(separator: " ")
    }
}

extension CaseResult {
    /// The interval of the median over the repeats in which a column is valid; `nil` with too few.
    fileprivate func interval(of column: String) -> (low: Double, high: Double)? {
        Spread(validValues(of: column))?.interval.map { ($0.low, $0.high) }
    }
}
