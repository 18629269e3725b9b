/// The layout of plots with one row per case: title, legend, one panel per condition, each with labels and an axis.
struct RowChart {
    static let width = 880.0
    static let rowHeight = 30.0
    private static let margin = 16.0
    /// Characters of the longest label.
    private static let labelLength = 28
    /// The same if labels of a panel would be cut to the same text.
    private static let longestLabel = 48

    let conditions: [Condition]
    private let labelLength: Int
    /// The left and right edge of the drawing area.
    let left: Double
    let right: Double

    /// - Parameters:
    ///   - conditions: One panel for each.
    ///   - rightMargin: Space for numbers to the right of the rows.
    init(_ conditions: [Condition], rightMargin: Double) {
        self.conditions = conditions
        let labels = conditions.map { $0.cases.map(\.label) }
        let length = Self.areDistinct(labels, upTo: Self.labelLength) ? Self.labelLength : Self.longestLabel
        labelLength = length
        left = Self.margin + (labels.joined().map { TextWidth.of(TextWidth.cut($0, to: length)) }.max() ?? 0) + 12
        right = Self.width - rightMargin
    }

    private static func areDistinct(_ panels: [[String]], upTo length: Int) -> Bool {
        panels.allSatisfy { labels in Set(labels.map { TextWidth.cut($0, to: length) }).count == Set(labels).count }
    }

    struct Content {
        let name: String
        let title: String
        let description: String
        let legend: Legend
        let axis: Axis
        /// Headings of the numbers to the right of the rows; `x` is the right edge.
        var columns: [(x: Double, heading: String)] = []
        /// Whether the plot shows times. Times of a row may be invalid although its bytes are valid.
        var showsTimes = false
    }

    /// - Parameters:
    ///   - content: Everything except the rows.
    ///   - row: Draws a case that has a valid row; the last argument is the vertical centre.
    /// - Returns: The SVG file.
    func svg(_ content: Content, row: (inout SVGCanvas, CaseResult, Double) -> Void) -> String {
        var canvas = SVGCanvas()
        canvas.text(content.title, x: Self.margin, y: 28, ink: .strong)
        var y = content.legend.draw(on: &canvas, x: Self.margin, y: 42, maximumX: Self.width - Self.margin)
        for condition in conditions {
            y = panel(condition, content, on: &canvas, top: y + 14, row: row)
        }
        canvas.text(content.axis.title, x: (left + right) / 2, y: y + 14, anchor: .middle, ink: .quiet)
        return canvas.document(
            width: Self.width, height: y + 30, name: content.name, title: content.title,
            description: content.description)
    }

    private func panel(
        _ condition: Condition, _ content: Content, on canvas: inout SVGCanvas, top: Double,
        row: (inout SVGCanvas, CaseResult, Double) -> Void
    ) -> Double {
        canvas.text(condition.title, x: Self.margin, y: top + 14, ink: .strong)
        for column in content.columns {
            canvas.text(column.heading, x: column.x, y: top + 14, anchor: .end, ink: .quiet)
        }
        let first = top + 24
        let bottom = first + Double(condition.cases.count) * Self.rowHeight
        draw(content.axis, on: &canvas, from: first, to: bottom)
        for (index, result) in condition.cases.enumerated() {
            let middle = first + (Double(index) + 0.5) * Self.rowHeight
            let label = TextWidth.cut(result.label, to: labelLength)
            let hover = label == result.label ? nil : result.label
            canvas.text(label, x: left - 10, y: middle + 4.5, anchor: .end, hover: hover)
            if content.showsTimes ? result.hasValidTimes : result.hasValidBytes {
                row(&canvas, result, middle)
            } else {
                canvas.text("no valid row", x: left + 8, y: middle + 4.5, ink: .figure)
            }
        }
        return bottom + 24
    }

    private func draw(_ axis: Axis, on canvas: inout SVGCanvas, from top: Double, to bottom: Double) {
        for tick in axis.ticks {
            canvas.rule(from: (tick.position, top), to: (tick.position, bottom))
            canvas.text(tick.label, x: tick.position, y: bottom + 17, anchor: .middle, ink: .quiet)
        }
        canvas.rule(from: (left, bottom), to: (right, bottom), isStrong: true)
    }
}
