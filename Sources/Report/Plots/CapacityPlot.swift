import Expressions
import Measurement
import ResultFiles

/// A search for the capacity: what the condition watches by load, its limits, and the answers.
struct CapacityPlot {
    private static let width = 880.0
    private static let margin = 16.0
    private static let left = 84.0
    private static let right = 28.0
    private static let panelHeight = 200.0
    private static let limitColour = "#7F7F7F"
    private static let dashOfLimit = "7 3"
    private static let dashOfInterval = "2 3"

    private let searches: [Search]
    private let watched: [WatchedColumn]
    private let results: [ResultKey: SummaryRow]

    private struct ResultKey: Hashable {
        let caseID: String
        let repetition: Int
    }

    /// The plot of the folder of a search; no plot for other folders.
    static func all(_ folder: ReportFolder) -> [Plot] {
        guard let plot = CapacityPlot(folder), !plot.watched.isEmpty else { return [] }
        return [
            Plot(
                fileName: "plots/capacity.svg", title: plot.title, caption: plot.caption, svg: plot.svg,
                data: plot.data, papers: plot.papers)
        ]
    }

    private init?(_ folder: ReportFolder) {
        let searches = Self.searches(folder)
        guard let last = searches.first?.last, let condition = try? Predicate(last.condition, columns: .results) else {
            return nil
        }
        let pairs = folder.summary.map { (ResultKey(caseID: $0.caseID, repetition: $0.repetition), $0) }
        let results = Dictionary(pairs) { first, _ in first }
        self.searches = searches
        self.results = results
        watched = condition.watched.filter { watched in
            searches.contains { $0.steps.contains { Self.value(watched.column, $0, results) != nil } }
        }
    }

    /// The valid value of a column in a measurement.
    private static func value(_ column: String, _ step: CapacityRow, _ results: [ResultKey: SummaryRow]) -> Double? {
        guard let row = results[ResultKey(caseID: step.caseID, repetition: step.repetition)],
            SummaryRow.isOfTimes(column) ? row.hasValidTimes : row.hasValidBytes
        else { return nil }
        return row.number(column)
    }

    private func value(_ watched: WatchedColumn, _ step: CapacityRow) -> Double? {
        Self.value(watched.column, step, results)
    }

    private var first: CapacityRow { searches[0].last }
    private var field: String { first.field + (first.unit.isEmpty ? "" : " (\(first.unit))") }
    private var title: String { "Capacity by \(first.field)" }

    private var caption: String {
        "What the condition \"\(first.condition)\" watches. Points: the median of the valid measurements of a load, "
            + "with minimum to maximum. Grey dashes: limits of the condition. Vertical lines: the largest load at "
            + "which the condition was false; dotted, the interval from the largest load at which it was always false "
            + "to the smallest at which it always held."
    }

    // MARK: Drawing

    private var svg: String {
        var canvas = SVGCanvas()
        canvas.text(title, x: Self.margin, y: 28, ink: .strong)
        var y = legend.draw(on: &canvas, x: Self.margin, y: 42, maximumX: Self.width - Self.margin)
        for column in watched {
            panel(column).draw(
                on: &canvas, left: Self.left, right: Self.width - Self.right, top: y + 44,
                bottom: y + 44 + Self.panelHeight)
            y += Self.panelHeight + 68
        }
        y += 8
        canvas.text(field, x: Self.width / 2, y: y + 8, anchor: .middle, ink: .quiet)
        return canvas.document(
            width: Self.width, height: y + 22, name: "capacity", title: title, description: description)
    }

    private var horizontal: LinePanel.Side {
        .values(searches.flatMap { $0.steps.map(\.load) }) { Figure.plain($0) }
    }

    private func vertical(_ column: WatchedColumn) -> LinePanel.Side {
        let values = searches.flatMap { $0.steps.compactMap { value(column, $0) } } + column.limits
        return .values(values) { text($0, of: column.column) }
    }

    private func text(_ value: Double, of column: String) -> String {
        SummaryRow.unit(of: column) == "us" ? Figure.delay(microseconds: value) : Figure.plain(value)
    }

    private func panel(_ column: WatchedColumn) -> LinePanel {
        let (x, y) = (horizontal, vertical(column))
        func line(_ colour: String, _ dash: String, _ ends: [(Double, Double)]) -> LinePanel.Series {
            LinePanel.Series(
                colour: colour, marker: .circle,
                points: ends.map { LinePanel.Point(x: $0.0, y: $0.1, hasMarker: false) }, dash: dash)
        }
        let ends = (x.ticks.first?.value ?? 0, x.ticks.last?.value ?? 1)
        let heights = (y.ticks.first?.value ?? 0, y.ticks.last?.value ?? 1)
        let limits = column.limits.map { line(Self.limitColour, Self.dashOfLimit, [(ends.0, $0), (ends.1, $0)]) }
        let answers = searches.flatMap { search in
            [(search.last.low, Self.dashOfInterval), (search.last.high, Self.dashOfInterval), (search.last.answer, "")]
                .compactMap { load, dash in
                    load.map { line(search.style.colour, dash, [($0, heights.0), ($0, heights.1)]) }
                }
        }
        let measured = searches.map { search in
            LinePanel.Series(
                colour: search.style.colour, use: search.use, marker: search.style.marker,
                points: points(search, column))
        }
        return LinePanel(title: column.column, x: x, y: y, series: limits + answers + measured)
    }

    private func points(_ search: Search, _ column: WatchedColumn) -> [LinePanel.Point] {
        Dictionary(grouping: search.steps, by: \.load).sorted { $0.key < $1.key }.compactMap { load, steps in
            Spread(steps.compactMap { value(column, $0) }).map { spread in
                LinePanel.Point(
                    x: load, y: spread.median, low: spread.low, high: spread.high,
                    hover: "\(search.name), \(Figure.plain(load)): \(text(spread.median, of: column.column))")
            }
        }
    }

    private var legend: Legend {
        Legend(
            entries: searches.map {
                Legend.Entry(
                    mark: .series(colour: $0.style.colour, use: $0.use, marker: $0.style.marker),
                    name: $0.name)
            } + [
                Legend.Entry(mark: .line(colour: Self.limitColour, dash: Self.dashOfLimit), name: "limit"),
                Legend.Entry(mark: .line(colour: Self.limitColour, dash: ""), name: "answer"),
                Legend.Entry(mark: .line(colour: Self.limitColour, dash: Self.dashOfInterval), name: "its interval"),
            ])
    }

    private var description: String {
        let answers = searches.map { search in
            var text = "\(search.name) \(search.last.answer.map(Figure.plain) ?? "at no load")"
            if let low = search.last.low, let high = search.last.high {
                text += " (\(Figure.plain(low)) to \(Figure.plain(high)))"
            }
            return text
        }
        return "The largest \(field) at which \"\(first.condition)\" was false: \(answers.joined(separator: "; "))."
    }

    // MARK: Data

    /// A row per watched column and measurement, by load; a column without a limit has an empty one.
    private var data: PlotTable {
        var table = PlotTable([
            "quantity", "unit", "series", "case_id", "repeat", "step", "load", "value", "limit", "reached", "answer",
            "low", "high",
        ])
        for column in watched {
            for search in searches {
                for step in search.steps.sorted(by: { ($0.load, $0.step) < ($1.load, $1.step) }) {
                    table.add(row(column, search, step))
                }
            }
        }
        return table
    }

    private func row(_ column: WatchedColumn, _ search: Search, _ step: CapacityRow) -> [String] {
        [
            column.column, SummaryRow.unit(of: column.column) ?? "", search.name, step.caseID,
            PlotTable.cell(step.repetition), PlotTable.cell(step.step), PlotTable.cell(step.load),
            PlotTable.cell(value(column, step)), PlotTable.cell(column.limits.first),
            step.isReached.map(String.init) ?? "", PlotTable.cell(search.last.answer), PlotTable.cell(search.last.low),
            PlotTable.cell(search.last.high),
        ]
    }

    private var papers: [PaperFigure] {
        watched.map { column in
            var series = searches.map { search in
                PaperFigure.Series(
                    name: search.name, filter: [.init("quantity", column.column), .init("series", search.name)],
                    colour: search.style.colour, marker: search.style.marker.gnuplot(use: search.use),
                    dash: LineDash.gnuplot(search.use))
            }
            if !column.limits.isEmpty {
                series.append(
                    PaperFigure.Series(
                        name: "limit", filter: [.init("quantity", column.column)], colour: Self.limitColour, marker: 0,
                        dash: 2, column: "limit"))
            }
            let figure = PaperFigure.lines(
                column.column.replacingUnderscores, title: "\(title): \(column.column)",
                x: PaperFigure.Side(column: "load", title: field, isLogarithmic: horizontal.isLogarithmic),
                y: SummaryRow.unit(of: column.column) == "us"
                    ? .delay("value", title: "ms")
                    : PaperFigure.Side(
                        column: "value", title: SummaryRow.unit(of: column.column) ?? column.column,
                        isLogarithmic: vertical(column).isLogarithmic),
                series: series)
            return PaperFigure(
                suffix: figure.suffix, commands: figure.commands.dropLast() + arrows + figure.commands.suffix(1))
        }
    }

    /// The answers as vertical lines.
    private var arrows: [String] {
        searches.flatMap { search in
            [(search.last.answer, 1), (search.last.low, 3), (search.last.high, 3)].compactMap { load, dash in
                load.map {
                    "set arrow from first \(PlotTable.cell($0)), graph 0 to first \(PlotTable.cell($0)), graph 1 "
                        + "nohead dt \(dash) lc rgb \(PaperFigure.quoted(search.style.colour))"
                }
            }
        }
    }
}
