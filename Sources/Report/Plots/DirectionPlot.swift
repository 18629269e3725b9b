import ResultFiles

/// Bytes from clients to server and bytes from server to clients, side by side.
struct DirectionPlot {
    private static let title = "TCP payload per item, by direction"

    private struct Sides {
        let up: Double
        let down: Double
    }

    private let conditions: [Condition]
    private let sides: [String: Sides]

    static func plot(_ folder: ReportFolder) -> Plot? {
        let plot = DirectionPlot(folder.conditions)
        guard plot.sides.values.contains(where: { $0.up + $0.down > 0 }) else { return nil }
        return Plot(
            fileName: "plots/bytes-by-direction.svg", title: title,
            caption: "TCP payload bytes per delivered item, including the item itself and opening handshakes. Left: "
                + "clients to server (up). Right: server to clients (down). Only rows with valid bytes. Several "
                + "repeats are pooled: all their bytes divided by all their items.",
            svg: plot.svg, data: plot.data,
            papers: PaperFigure.bars(
                plot.conditions, title: title,
                [
                    PaperFigure.Bar(column: "up_bytes_per_item", name: "up", colour: "#56B4E9"),
                    PaperFigure.Bar(column: "down_bytes_per_item", name: "down"),
                ],
                axis: PaperFigure.Side(column: "", title: "bytes per item")))
    }

    private var data: PlotTable {
        var table = PlotTable(CaseResult.plotColumns + ["up_bytes_per_item", "down_bytes_per_item"])
        for condition in conditions {
            for result in condition.cases {
                let side = sides[result.caseID]
                table.add(result.plotCells(in: condition) + [PlotTable.cell(side?.up), PlotTable.cell(side?.down)])
            }
        }
        return table
    }

    private init(_ conditions: [Condition]) {
        self.conditions = conditions
        var sides: [String: Sides] = [:]
        for result in conditions.flatMap(\.cases) where result.hasValidBytes {
            guard let delivered = result.bytes.sum(\.received), delivered > 0,
                let up = result.bytes.sum(\.tcpPayloadBytesUp), let down = result.bytes.sum(\.tcpPayloadBytesDown)
            else { continue }
            sides[result.caseID] = Sides(up: Double(up) / Double(delivered), down: Double(down) / Double(delivered))
        }
        self.sides = sides
    }

    private var svg: String {
        let chart = RowChart(conditions, rightMargin: 90)
        let (up, down) = (sides.values.map(\.up).max() ?? 0, sides.values.map(\.down).max() ?? 0)
        let ticks = ticks(up, down)
        // 70 px on the left are for the number of the longest bar.
        let scale = Scale.linear(
            from: ticks.first ?? 0, to: ticks.last ?? 1, pixels: (chart.left + 70, chart.right))
        let axis = Axis(
            ticks: ticks.map { Axis.Tick(position: scale.position($0), label: Axis.bytesLabel($0)) },
            title: "← up (to server) · bytes per item · down (to clients) →")
        let content = RowChart.Content(
            name: "directions", title: Self.title, description: description, legend: Legend(entries: []), axis: axis)
        return chart.svg(content) { canvas, result, y in
            draw(result, on: &canvas, y: y, scale)
        }
    }

    /// The same step on both sides of 0.
    private func ticks(_ up: Double, _ down: Double) -> [Double] {
        let shared = Ticks.linear(to: up + down, intervals: 7)
        let step = shared.count > 1 ? shared[1] : 1
        let below = Int((up / step).rounded(.up))
        let above = max(Int((down / step).rounded(.up)), 1)
        return (-below...above).map { Double($0) * step }
    }

    private func draw(_ result: CaseResult, on canvas: inout SVGCanvas, y: Double, _ scale: Scale) {
        guard let side = sides[result.caseID] else {
            canvas.text("not counted", x: scale.position(0) + 8, y: y + 4.5, ink: .quiet)
            return
        }
        let (zero, left, right) = (scale.position(0), scale.position(-side.up), scale.position(side.down))
        let colour = result.style.colour
        canvas.bar(
            x: left, y: y - 9, width: zero - left, height: 18, colour: colour, opacity: 0.55,
            hover: "\(result.label) up")
        canvas.bar(x: zero, y: y - 9, width: right - zero, height: 18, colour: colour, hover: "\(result.label) down")
        canvas.rule(from: (zero, y - RowChart.rowHeight / 2), to: (zero, y + RowChart.rowHeight / 2), isStrong: true)
        canvas.text("\(Figure.significant(side.up)) B", x: left - 8, y: y + 4.5, anchor: .end, ink: .figure)
        canvas.text("\(Figure.significant(side.down)) B", x: right + 8, y: y + 4.5, ink: .figure)
    }

    private var description: String {
        conditions.map { condition in
            let cases = condition.cases.compactMap { result in
                sides[result.caseID].map {
                    "\(result.label) \(Figure.significant($0.up)) B up, \(Figure.significant($0.down)) B down"
                }
            }
            return "\(condition.title): \(cases.joined(separator: "; "))."
        }.joined(separator: " ")
    }
}
