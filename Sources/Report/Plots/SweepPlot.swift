import ResultFiles

/// What changes along one axis of a sweep: one panel per quantity, one line per transport, with intervals and the
/// prediction of the formulas.
struct SweepPlot {
    private static let width = 880.0
    private static let margin = 16.0
    private static let left = 84.0
    private static let gap = 92.0
    /// Half of a label at the end of an axis.
    private static let right = 28.0
    private static let panelHeight = 170.0
    private static var panelWidth: Double { (width - left - right - gap) / 2 }
    /// More blocks would make the page too long.
    private static let mostFacets = 6

    let sweep: Sweep
    let facet: Sweep.Facet
    /// Of the facet, from 1; `nil` if there is only one.
    let number: Int?
    let predictions: Predictions

    /// A plot per axis and block.
    static func all(_ folder: ReportFolder) -> [Plot] {
        folder.sweeps.flatMap { sweep in
            sweep.facets.prefix(mostFacets).enumerated().compactMap { index, facet in
                let number = sweep.facets.count > 1 ? index + 1 : nil
                return SweepPlot(sweep: sweep, facet: facet, number: number, predictions: folder.predictions).plot
            }
        }
    }

    private var plot: Plot? {
        guard !quantities.isEmpty else { return nil }
        return Plot(
            fileName: "plots/\(name).svg", title: title, caption: caption, svg: svg,
            data: data, papers: papers, isAlongAxis: true)
    }

    private var name: String { "sweep-\(sweep.axis.fileWord)" + (number.map { "-\($0)" } ?? "") }

    private var title: String { "By \(sweep.axis.title)" + (facet.title.isEmpty ? "" : ", \(facet.title)") }

    private var quantities: [SweepQuantity] {
        let results = facet.series.flatMap { $0.cases.map(\.result) }
        // The mean is there for the formulas; without them the median says enough.
        return SweepQuantity.shown(for: results).filter { quantity in
            quantity.column != SweepQuantity.mean.column
                || results.contains { predictions.row($0.caseID, quantity.column) != nil }
        }
    }

    private var caption: String {
        let flat = facet.series.contains(where: \.isFlat)
        let omission =
            sweep.facets.count > Self.mostFacets
            ? " Only the first \(Self.mostFacets) of \(sweep.facets.count) values of other fields have a plot; "
                + "summary.csv has all." : ""
        return "Medians of the valid repeats. Bars: the 95 % confidence interval of the median from "
            + "\(Spread.minimumRepeats) repeats on, otherwise minimum to maximum."
            + (flat ? " A line without markers between its ends is a transport that does not have this field." : "")
            + (!hasModel
                ? ""
                : " Dotted: what the formulas predict (predictions.csv); "
                    + "a band where they give a range.") + omission
    }

    private var svg: String {
        var canvas = SVGCanvas()
        canvas.text(title, x: Self.margin, y: 28, ink: .strong)
        var y = legend.draw(on: &canvas, x: Self.margin, y: 42, maximumX: Self.width - Self.margin)
        for (index, quantity) in quantities.enumerated() {
            let start = Self.left + Double(index % 2) * (Self.panelWidth + Self.gap)
            panel(quantity).draw(
                on: &canvas, left: start, right: start + Self.panelWidth, top: y + 44,
                bottom: y + 44 + Self.panelHeight)
            if index % 2 == 1 || index == quantities.count - 1 { y += Self.panelHeight + 68 }
        }
        y += 8
        canvas.text(sweep.axis.title, x: Self.width / 2, y: y + 8, anchor: .middle, ink: .quiet)
        return canvas.document(
            width: Self.width, height: y + 22, name: name, title: title, description: description)
    }

    private var horizontal: LinePanel.Side {
        let values = sweep.axis.values.compactMap { value in value.number.map { ($0, value.text) } }
        let numbers = values.map(\.0)
        guard let low = numbers.first, let high = numbers.last else { return .values([]) { Figure.plain($0) } }
        return LinePanel.Side(isLogarithmic: low > 0 && high / low >= 8, ticks: values.map { ($0.0, $0.1) })
    }

    private func panel(_ quantity: SweepQuantity) -> LinePanel {
        let series = facet.series.map { one in
            LinePanel.Series(
                colour: one.style.colour, use: one.use, marker: one.style.marker,
                points: points(one, quantity), model: model(one, quantity))
        }
        let measured = series.flatMap(\.points).flatMap(\.heights)
        // A range from 0 must not take away the logarithmic axis.
        let predicted = series.flatMap(\.model).flatMap(\.heights).filter { $0 > 0 }
        return LinePanel(
            title: quantity.name, x: horizontal, y: .values(measured + predicted, label: quantity.axisText),
            series: series)
    }

    /// One point per case; a transport without the field has one at each end.
    private func points(_ series: Sweep.Series, _ quantity: SweepQuantity) -> [LinePanel.Point] {
        places(series).compactMap { place, result in
            quantity.spread(result).map { spread in
                LinePanel.Point(
                    x: place, y: spread.median, low: spread.ends.low, high: spread.ends.high,
                    hover: "\(result.label): \(quantity.name) \(quantity.text(spread.median))")
            }
        }
    }

    private func model(_ series: Sweep.Series, _ quantity: SweepQuantity) -> [LinePanel.Point] {
        places(series).compactMap { place, result in
            predictions.row(result.caseID, quantity.column).map {
                LinePanel.Point(x: place, y: $0.value, low: $0.low, high: $0.high)
            }
        }
    }

    /// Whether the formulas predict anything that is shown.
    private var hasModel: Bool {
        quantities.contains { quantity in facet.series.contains { !model($0, quantity).isEmpty } }
    }

    private func places(_ series: Sweep.Series) -> [(Double, CaseResult)] {
        if series.isFlat, let first = sweep.axis.values.first?.number, let last = sweep.axis.values.last?.number {
            return [(first, series.cases[0].result), (last, series.cases[0].result)]
        }
        return series.cases.compactMap { place in place.value?.number.map { ($0, place.result) } }
    }

    private var legend: Legend {
        let model = hasModel ? [Legend.Entry(mark: .model, name: "predicted")] : []
        return Legend(
            entries: facet.series.map {
                Legend.Entry(
                    mark: .series(colour: $0.style.colour, use: $0.use, marker: $0.style.marker),
                    name: $0.name)
            } + model)
    }

    private var description: String {
        let series = facet.series.map { one in
            let ends = places(one).map(\.1)
            let texts = [ends.first, ends.last].compactMap { $0 }.map { result in
                SweepQuantity.median.spread(result).map { SweepQuantity.median.text($0.median) } ?? Figure.missing
            }
            return "\(one.name) from \(texts.joined(separator: " to "))"
        }
        return "Median delay from the lowest to the highest \(sweep.axis.name): \(series.joined(separator: "; "))."
    }
}

extension SweepPlot {
    /// A row per quantity, series and place; a transport without the field has one at each end.
    private var data: PlotTable {
        var table = PlotTable([
            "quantity", "unit", "block", "series", "case_id", "axis", "value", "value_text", "median", "low", "high",
            "repeats", "predicted", "predicted_low", "predicted_high",
        ])
        for quantity in quantities {
            for series in facet.series {
                for (place, result) in places(series) { table.add(row(quantity, series, place, result)) }
            }
        }
        return table
    }

    private func row(
        _ quantity: SweepQuantity, _ series: Sweep.Series, _ place: Double, _ result: CaseResult
    ) -> [String] {
        let spread = quantity.spread(result)
        let predicted = predictions.row(result.caseID, quantity.column)
        let rows = quantity.isOfTimes ? result.times.rows : result.bytes.rows
        let repeats = spread == nil ? nil : rows.compactMap(quantity.value).count
        let text = sweep.axis.values.first { $0.number == place }?.text ?? ""
        return [
            quantity.column, quantity.unit, facet.title, series.name, result.caseID, sweep.axis.name,
            PlotTable.cell(place), text, PlotTable.cell(spread?.median),
            PlotTable.cell(spread?.ends.low), PlotTable.cell(spread?.ends.high), PlotTable.cell(repeats),
            PlotTable.cell(predicted?.value), PlotTable.cell(predicted?.low), PlotTable.cell(predicted?.high),
        ]
    }

    private var papers: [PaperFigure] {
        quantities.map { quantity in
            PaperFigure.lines(
                quantity.column.replacingUnderscores,
                title: facet.title.isEmpty ? quantity.name : "\(quantity.name), \(facet.title)",
                x: PaperFigure.Side(
                    column: "value", title: sweep.axis.title, isLogarithmic: horizontal.isLogarithmic),
                y: PaperFigure.Side(
                    column: "median", title: quantity.paperUnit, isLogarithmic: panel(quantity).y.isLogarithmic,
                    divisor: quantity.unit == "us" ? 1_000 : 1),
                interval: ("low", "high"), series: series(quantity))
        }
    }

    private func series(_ quantity: SweepQuantity) -> [PaperFigure.Series] {
        facet.series.flatMap { one in
            let filter = [PaperFigure.Cell("quantity", quantity.column), .init("series", one.name)]
            let measured = PaperFigure.Series(
                name: one.name, filter: filter, colour: one.style.colour,
                marker: one.style.marker.gnuplot(use: one.use),
                dash: LineDash.gnuplot(one.use))
            guard !model(one, quantity).isEmpty else { return [measured] }
            let predicted = PaperFigure.Series(
                name: "\(one.name), predicted", filter: filter, colour: one.style.colour, marker: 0,
                dash: LineDash.predicted, column: "predicted",
                band: model(one, quantity).contains { $0.low != nil } ? ("predicted_low", "predicted_high") : nil)
            return [measured, predicted]
        }
    }
}

extension SweepQuantity {
    /// The title of its axis in a paper: ms instead of µs.
    var paperUnit: String { unit.isEmpty ? name : unit == "us" ? "ms" : unit }
}

extension String {
    /// For file names: `latency-p50-us`.
    var replacingUnderscores: String { String(map { $0 == "_" ? "-" : $0 }) }
}
