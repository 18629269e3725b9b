import ResultFiles

/// One quantity over two axes of a sweep: a grid per transport, with the number in each cell.
struct HeatMap {
    private static let width = 880.0
    private static let margin = 16.0
    private static let cellHeight = 30.0
    private static let left = 120.0
    private static let mostGrids = 12
    private static let quantities = [SweepQuantity.median, .wire, .traffic]

    private struct Grid {
        let title: String
        /// By the texts of both axes.
        let values: [[String]: Double]
    }

    let quantity: SweepQuantity
    private let horizontal: SweepAxis
    private let vertical: SweepAxis
    private let grids: [Grid]
    /// Of all grids; `nil` without a number above 0.
    private let scale: (low: Double, high: Double)?

    /// For each two axes that some cases have together.
    static func all(_ folder: ReportFolder) -> [Plot] {
        let results = folder.conditions.flatMap(\.cases)
        let axes = folder.sweeps.map(\.axis)
        return axes.indices.flatMap { first in
            axes.indices.filter { $0 > first }.flatMap { second in
                quantities.compactMap { HeatMap($0, axes[first], axes[second], results).plot }
            }
        }
    }

    private init(_ quantity: SweepQuantity, _ one: SweepAxis, _ other: SweepAxis, _ results: [CaseResult]) {
        (self.quantity, horizontal, vertical) = (quantity, one, other)
        let own = [one.name, other.name] + one.companions + other.companions
        var titles: [String] = []
        var values: [String: [[String]: Double]] = [:]
        for result in results {
            guard let x = result.axis(one.name), let y = result.axis(other.name) else { continue }
            let fields = result.axes.filter { !own.contains($0.name) && $0.name != SweptField.server }.map(\.text)
            let title = ([result.server, result.transport].filter { !$0.isEmpty } + fields).joined(separator: " ")
            if values[title] == nil { titles.append(title) }
            values[title, default: [:]][[x.text, y.text]] = quantity.spread(result)?.median
        }
        // A line of cells is a sweep along one axis, which has its own plot.
        grids = titles.compactMap { title in
            let cells = values[title] ?? [:]
            let isGrid = [0, 1].allSatisfy { side in Set(cells.keys.map { $0[side] }).count > 1 }
            return isGrid ? Grid(title: title, values: cells) : nil
        }
        scale = Self.scale(grids)
    }

    private var plot: Plot? {
        guard !grids.isEmpty, scale != nil else { return nil }
        let omission =
            grids.count > Self.mostGrids
            ? " Only the first \(Self.mostGrids) of \(grids.count) grids are drawn; the CSV file has all." : ""
        return Plot(
            fileName:
                "plots/heat-\(horizontal.fileWord)-\(vertical.fileWord)-\(quantity.column.replacingUnderscores).svg",
            title: title,
            caption:
                "Median of the valid repeats. All grids share one logarithmic scale of colours, from dark (low) to "
                + "light (high). A cell without a number has no valid value." + omission,
            svg: svg, data: data, papers: papers, isAlongAxis: true)
    }

    private var title: String {
        let name = quantity.name.prefix(1).uppercased() + quantity.name.dropFirst()
        return "\(name) by \(horizontal.title) and \(vertical.title)"
    }

    private static func scale(_ grids: [Grid]) -> (low: Double, high: Double)? {
        let values = grids.flatMap { $0.values.values }.filter { $0 > 0 && $0.isFinite }
        guard let low = values.min(), let high = values.max() else { return nil }
        return (low, max(high, low * 1.01))
    }

    private var svg: String {
        var canvas = SVGCanvas()
        canvas.text(title, x: Self.margin, y: 28, ink: .strong)
        var y = 44.0
        let room = Self.width - Self.left - Self.margin
        let cellWidth = min(110, room / Double(horizontal.values.count))
        for grid in grids.prefix(Self.mostGrids) {
            canvas.text(grid.title, x: Self.margin, y: y + 14, ink: .strong)
            let top = y + 24
            for (row, vertical) in vertical.values.enumerated() {
                let cellTop = top + Double(row) * Self.cellHeight
                canvas.text(
                    vertical.text, x: Self.left - 10, y: cellTop + Self.cellHeight / 2 + 4.5, anchor: .end, ink: .quiet)
                for (column, horizontal) in horizontal.values.enumerated() {
                    draw(
                        grid, horizontal, vertical, on: &canvas, x: Self.left + Double(column) * cellWidth, y: cellTop,
                        width: cellWidth)
                }
            }
            let bottom = top + Double(vertical.values.count) * Self.cellHeight
            for (column, value) in horizontal.values.enumerated() {
                canvas.text(
                    value.text, x: Self.left + (Double(column) + 0.5) * cellWidth, y: bottom + 17, anchor: .middle,
                    ink: .quiet)
            }
            y = bottom + 34
        }
        canvas.text("right: \(horizontal.title) · down: \(vertical.title)", x: Self.margin, y: y + 8, ink: .quiet)
        return canvas.document(
            width: Self.width, height: y + 24,
            name: "heat-\(horizontal.fileWord)-\(vertical.fileWord)-\(quantity.column)",
            title: title, description: description)
    }

    private func draw(
        _ grid: Grid, _ x: AxisValue, _ y: AxisValue, on canvas: inout SVGCanvas, x left: Double, y top: Double,
        width: Double
    ) {
        guard let value = grid.values[[x.text, y.text]], let scale else {
            canvas.text(Figure.missing, x: left + width / 2, y: top + Self.cellHeight / 2 + 4.5, anchor: .middle)
            return
        }
        let shade = HeatColour(value, from: scale.low, to: scale.high)
        canvas.cell(
            x: left + 1, y: top + 1, width: width - 2, height: Self.cellHeight - 2, colour: shade.hex,
            text: quantity.text(value), isDark: shade.isDark,
            hover: "\(grid.title) \(horizontal.name)=\(x.text) \(vertical.name)=\(y.text): \(quantity.text(value))")
    }

    private var description: String {
        grids.map { grid in
            let values = grid.values.values.sorted()
            let ends = [values.first, values.last].compactMap { $0 }.map(quantity.text)
            return "\(grid.title): \(ends.joined(separator: " to "))."
        }.joined(separator: " ")
    }

    private var data: PlotTable {
        var table = PlotTable([
            "series", horizontal.name, "\(horizontal.name)_text", vertical.name, "\(vertical.name)_text",
            quantity.column,
        ])
        for grid in grids {
            for y in vertical.values {
                for x in horizontal.values {
                    table.add([
                        grid.title, PlotTable.cell(x.number), x.text, PlotTable.cell(y.number), y.text,
                        PlotTable.cell(grid.values[[x.text, y.text]]),
                    ])
                }
            }
        }
        return table
    }

    private var papers: [PaperFigure] {
        grids.enumerated().map { index, grid in
            PaperFigure.heat(
                grids.count > 1 ? "\(index + 1)" : "", title: "\(title): \(grid.title)",
                x: side(horizontal), y: side(vertical),
                value: PaperFigure.Side(
                    column: quantity.column, title: quantity.paperUnit, isLogarithmic: true,
                    divisor: quantity.unit == "us" ? 1_000 : 1),
                filter: [.init("series", grid.title)])
        }
    }

    private func side(_ axis: SweepAxis) -> PaperFigure.Side {
        let (low, high) = (axis.values.first?.number ?? 0, axis.values.last?.number ?? 0)
        return PaperFigure.Side(column: axis.name, title: axis.title, isLogarithmic: low > 0 && high / low >= 8)
    }
}
