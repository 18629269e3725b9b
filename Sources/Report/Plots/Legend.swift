/// The legend of a plot; wraps to more lines where needed.
struct Legend {
    enum Mark {
        case box(colour: String, opacity: Double)
        /// `name` is that of the plot.
        case hatched(colour: String, hatch: SVGCanvas.Hatch, name: String)
        case series(colour: String, use: Int, marker: TransportStyle.Marker)
        case dot(isFilled: Bool)
        case diamond
        case tick
        case line(colour: String, dash: String)
        case model

        fileprivate var isLine: Bool {
            switch self {
            case .series, .line, .model: true
            case .box, .hatched, .dot, .diamond, .tick: false
            }
        }
    }

    struct Entry {
        let mark: Mark
        let name: String
    }

    static let lineHeight = 20.0
    /// Long enough for a whole period of every dash.
    private static let sample = 36.0
    private static let neutral = "#7F7F7F"

    let entries: [Entry]

    /// Draws the legend.
    ///
    /// - Returns: The y below the legend.
    func draw(on canvas: inout SVGCanvas, x: Double, y: Double, maximumX: Double) -> Double {
        guard !entries.isEmpty else { return y }
        var (left, line) = (x, y)
        for entry in entries {
            let sample = entry.mark.isLine ? Self.sample : 19
            let width = sample + 5 + TextWidth.of(entry.name) + 14
            if left + width > maximumX && left > x { (left, line) = (x, line + Self.lineHeight) }
            Self.draw(entry.mark, on: &canvas, x: left, y: line + 9)
            canvas.text(entry.name, x: left + sample + 5, y: line + 14)
            left += width
        }
        return line + Self.lineHeight
    }

    private static func draw(_ mark: Mark, on canvas: inout SVGCanvas, x: Double, y: Double) {
        switch mark {
        case .box(let colour, let opacity):
            canvas.bar(x: x + 2, y: y - 6, width: 14, height: 12, colour: colour, opacity: opacity)
        case .hatched(let colour, let hatch, let name):
            canvas.bar(x: x + 2, y: y - 6, width: 14, height: 12, colour: colour)
            canvas.hatch(hatch, x: x + 2, y: y - 6, width: 14, height: 12, name: name)
        case .series(let colour, let use, let marker):
            canvas.path([(x, y), (x + sample, y)], colour: colour, dash: LineDash.svg(use), opacity: 1)
            canvas.marker(
                marker, x: x + sample / 2, y: y, radius: 4, colour: colour, isHollow: LineDash.isHollow(use))
        case .dot(let isFilled):
            canvas.dot(x: x + 9, y: y, radius: isFilled ? 5 : 4, colour: neutral, isFilled: isFilled)
        case .diamond:
            canvas.diamond(x: x + 9, y: y, radius: 6, colour: neutral)
        case .tick:
            canvas.stroke(from: (x + 9, y - 6), to: (x + 9, y + 6), colour: neutral, width: 3)
        case .model: canvas.model([(x, y), (x + sample, y)])
        case .line(let colour, let dash):
            canvas.path([(x, y), (x + sample, y)], colour: colour, dash: dash, opacity: 1)
        }
    }
}

/// Estimates the width of text: an upper bound for common sans-serif fonts at 13 px, since no font is loaded.
enum TextWidth {
    static func of(_ text: String) -> Double { Double(text.count) * 7.7 }

    /// The text, shortened to at most `count` characters.
    static func cut(_ text: String, to count: Int) -> String {
        text.count > count ? text.prefix(count - 1) + "…" : text
    }
}
