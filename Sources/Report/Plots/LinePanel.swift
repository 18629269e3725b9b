import Measurement

/// A panel with lines: the drawing area, its axes and its series.
struct LinePanel {
    struct Point {
        let x: Double
        let y: Double
        /// The ends of an interval.
        var low: Double?
        var high: Double?
        var hover = ""
        var hasMarker = true

        /// Everything that the vertical axis must include.
        var heights: [Double] { [y, low, high].compactMap { $0 } }
    }

    struct Series {
        let colour: String
        /// Its number among the series of its transport.
        var use = 0
        let marker: TransportStyle.Marker
        let points: [Point]
        /// The SVG dash array; `nil` for that of ``use``.
        var dash: String?
        /// What the formulas predict.
        var model: [Point] = []
    }

    struct Side {
        let isLogarithmic: Bool
        let ticks: [(value: Double, label: String)]

        /// From the first tick to the last.
        func scale(_ pixels: (Double, Double)) -> Scale {
            let (low, high) = (ticks.first?.value ?? 0, ticks.last?.value ?? 1)
            return isLogarithmic
                ? .logarithmic(from: low, to: high, pixels: pixels) : .linear(from: low, to: high, pixels: pixels)
        }

        /// Round ticks for values: logarithmic if they span much more than a decade, otherwise from 0.
        static func values(_ values: [Double], label: (Double) -> String) -> Side {
            let finite = values.filter(\.isFinite)
            guard let low = finite.min(), let high = finite.max() else {
                return Side(isLogarithmic: false, ticks: [(0, label(0)), (1, label(1))])
            }
            if low > 0, high / low >= 20, high < 1e15 {
                return Side(isLogarithmic: true, ticks: Ticks.logarithmic(from: low, to: high).map { ($0, label($0)) })
            }
            return Side(isLogarithmic: false, ticks: Ticks.linear(to: high).map { ($0, label($0)) })
        }
    }

    let title: String
    let x: Side
    let y: Side
    let series: [Series]

    /// Draws the panel; the title is above `top`, the labels of the horizontal axis below `bottom`.
    func draw(on canvas: inout SVGCanvas, left: Double, right: Double, top: Double, bottom: Double) {
        let (horizontal, vertical) = (x.scale((left + 8, right - 8)), y.scale((bottom, top)))
        canvas.text(title, x: left, y: top - 10, ink: .quiet)
        grid(on: &canvas, horizontal, vertical, left: left, right: right, bottom: bottom)
        let place = { (point: Point) in (horizontal.position(point.x), vertical.position(point.y)) }
        bands(on: &canvas, horizontal, vertical)
        for one in series {
            canvas.path(one.points.map(place), colour: one.colour, dash: one.dash ?? LineDash.svg(one.use), opacity: 1)
            for point in one.points where point.hasMarker {
                let (x, y) = place(point)
                if let low = point.low, let high = point.high, high > low {
                    let (from, to) = (vertical.position(low), vertical.position(high))
                    canvas.stroke(from: (x, from), to: (x, to), colour: one.colour, width: 1.5)
                    for end in [from, to] {
                        canvas.stroke(from: (x - 4, end), to: (x + 4, end), colour: one.colour, width: 1.5)
                    }
                }
                canvas.marker(
                    one.marker, x: x, y: y, radius: 4, colour: one.colour, isHollow: LineDash.isHollow(one.use),
                    hover: point.hover)
            }
        }
        // On top of the lines: it often lies on the line of its series.
        for one in series where !one.model.isEmpty { canvas.model(one.model.map(place)) }
    }

    /// The ranges of predictions, below all lines; only where a formula gives one. Several series can share a range,
    /// which is then grey.
    private func bands(on canvas: inout SVGCanvas, _ horizontal: Scale, _ vertical: Scale) {
        let all = series.map { one in
            one.model.compactMap { point in
                point.low.flatMap { low in point.high.map { [point.x, low, $0] } }
            }
        }
        for ends in all.distinct() where ends.count > 1 {
            let owners = zip(series, all).filter { $0.1 == ends }.map(\.0.colour)
            let upper = ends.map { (horizontal.position($0[0]), vertical.position($0[2])) }
            let lower = ends.reversed().map { (horizontal.position($0[0]), vertical.position($0[1])) }
            canvas.band(upper + lower, colour: owners.count == 1 ? owners[0] : "#7F7F7F")
        }
    }

    private func grid(
        on canvas: inout SVGCanvas, _ horizontal: Scale, _ vertical: Scale, left: Double, right: Double, bottom: Double
    ) {
        for tick in y.ticks {
            let y = vertical.position(tick.value)
            canvas.rule(from: (left, y), to: (right, y))
            canvas.text(tick.label, x: left - 8, y: y + 4.5, anchor: .end, ink: .quiet)
        }
        // Labels that would touch the one before are left out.
        var free = -Double.infinity
        for tick in x.ticks {
            let place = horizontal.position(tick.value)
            canvas.rule(from: (place, bottom), to: (place, bottom + 4), isStrong: true)
            let half = TextWidth.of(tick.label) / 2
            guard place - half > free else { continue }
            canvas.text(tick.label, x: place, y: bottom + 18, anchor: .middle, ink: .quiet)
            free = place + half + 4
        }
        canvas.rule(from: (left, bottom), to: (right, bottom), isStrong: true)
    }
}
