import ResultFiles

/// Collects the elements of one SVG file; y grows downward, the unit is a CSS pixel.
///
/// No plotting library: a report must be reproducible byte for byte, and plots need only rectangles, lines and text.
struct SVGCanvas {
    enum Anchor: String {
        case start, middle, end
    }

    /// CSS classes of ``style``.
    enum Ink: String {
        case plain = "pl-text"
        case strong = "pl-text pl-strong"
        case quiet = "pl-text pl-quiet"
        /// Readable on top of grid lines.
        case figure = "pl-text pl-figure"
    }

    private var elements: [String] = []
    private var definitions: [String] = []
    private var hatches: Set<Int> = []

    mutating func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, ink: Ink = .plain, hover: String? = nil
    ) {
        let tooltip = hover.map { "<title>\($0.markupEscaped)</title>" } ?? ""
        elements.append(
            "<text class=\"\(ink.rawValue)\" x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor.rawValue)\">"
                + "\(tooltip)\(text.markupEscaped)</text>")
    }

    /// A grid line, or an axis if `isStrong`.
    mutating func rule(from start: (x: Double, y: Double), to end: (x: Double, y: Double), isStrong: Bool = false) {
        let name = isStrong ? "pl-axis" : "pl-grid"
        elements.append("<line class=\"\(name)\" \(ends(start, end))/>")
    }

    mutating func stroke(
        from start: (x: Double, y: Double), to end: (x: Double, y: Double), colour: String, width: Double
    ) {
        elements.append("<line \(ends(start, end)) stroke=\"\(colour)\" stroke-width=\"\(number(width))\"/>")
    }

    mutating func bar(
        x: Double, y: Double, width: Double, height: Double, colour: String, opacity: Double = 1, hover: String = ""
    ) {
        let box = "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
        let look = "fill=\"\(colour)\" fill-opacity=\"\(number(opacity))\""
        elements.append("<rect class=\"pl-bar\" \(box) \(look)><title>\(hover.markupEscaped)</title></rect>")
    }

    mutating func dot(x: Double, y: Double, radius: Double, colour: String, isFilled: Bool = true, hover: String = "") {
        let look = isFilled ? "fill=\"\(colour)\"" : "class=\"pl-hollow\""
        elements.append(
            "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" \(look) stroke=\"\(colour)\" "
                + "stroke-width=\"2\"><title>\(hover.markupEscaped)</title></circle>")
    }

    mutating func diamond(x: Double, y: Double, radius: Double, colour: String, hover: String = "") {
        let corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        elements.append(
            "<polygon points=\"\(points(corners))\" fill=\"\(colour)\"><title>\(hover.markupEscaped)</title></polygon>")
    }

    /// The marker of a transport.
    mutating func marker(
        _ marker: TransportStyle.Marker, x: Double, y: Double, radius: Double, colour: String, hover: String = ""
    ) {
        let r = radius
        switch marker {
        case .circle: dot(x: x, y: y, radius: r, colour: colour, hover: hover)
        case .hollow: dot(x: x, y: y, radius: r, colour: colour, isFilled: false, hover: hover)
        case .diamond: diamond(x: x, y: y, radius: r * 1.3, colour: colour, hover: hover)
        case .square: polygon([(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], colour, hover)
        case .triangle: polygon([(x, y - r * 1.3), (x + r * 1.2, y + r), (x - r * 1.2, y + r)], colour, hover)
        case .droppedTriangle: polygon([(x, y + r * 1.3), (x + r * 1.2, y - r), (x - r * 1.2, y - r)], colour, hover)
        case .cross:
            stroke(from: (x - r, y - r), to: (x + r, y + r), colour: colour, width: 2)
            stroke(from: (x - r, y + r), to: (x + r, y - r), colour: colour, width: 2)
        }
    }

    private mutating func polygon(_ corners: [(Double, Double)], _ colour: String, _ hover: String) {
        elements.append(
            "<polygon points=\"\(points(corners))\" fill=\"\(colour)\"><title>\(hover.markupEscaped)</title></polygon>")
    }

    /// A cell of a heat map with its number, dark on light or light on dark.
    mutating func cell(
        x: Double, y: Double, width: Double, height: Double, colour: String, text: String, isDark: Bool, hover: String
    ) {
        let box = "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
        elements.append(
            "<rect \(box) fill=\"\(colour)\"><title>\(hover.markupEscaped)</title></rect>"
                + "<text x=\"\(number(x + width / 2))\" y=\"\(number(y + height / 2 + 4.5))\" text-anchor=\"middle\" "
                + "fill=\"\(isDark ? "#ffffff" : "#000000")\">\(text.markupEscaped)</text>")
    }

    /// Hatches for bars, so that neighbours differ without colour too.
    enum Hatch: Int, CaseIterable {
        case none, rising, dots, flat, falling, grid

        fileprivate var drawing: String? {
            switch self {
            case .none: nil
            case .rising: "<path d=\"M-1 1l2-2M0 6l6-6M5 7l2-2\"/>"
            case .dots: "<circle cx=\"3\" cy=\"3\" r=\".6\"/>"
            case .flat: "<path d=\"M0 3h6\"/>"
            case .falling: "<path d=\"M-1 5l2 2M0 0l6 6M5-1l2 2\"/>"
            case .grid: "<path d=\"M0 3h6M3 0v6\"/>"
            }
        }
    }

    /// A bar over another that adds a hatch; the name is that of the plot.
    mutating func hatch(_ hatch: Hatch, x: Double, y: Double, width: Double, height: Double, name: String) {
        guard let drawing = hatch.drawing else { return }
        if hatches.insert(hatch.rawValue).inserted {
            definitions.append(
                "<pattern id=\"\(name)-hatch-\(hatch.rawValue)\" width=\"6\" height=\"6\" "
                    + "patternUnits=\"userSpaceOnUse\"><g fill=\"none\" stroke=\"#000000\" stroke-opacity=\".5\" "
                    + "stroke-width=\"1\">\(drawing)</g></pattern>")
        }
        let box = "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
        elements.append("<rect \(box) fill=\"url(#\(name)-hatch-\(hatch.rawValue))\" pointer-events=\"none\"/>")
    }

    /// The line of a prediction, in the colour of text.
    mutating func model(_ corners: [(Double, Double)]) {
        elements.append("<polyline class=\"pl-model\" points=\"\(points(corners))\" fill=\"none\"/>")
    }

    mutating func path(_ corners: [(Double, Double)], colour: String, dash: String, opacity: Double) {
        let dashes = dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\""
        elements.append(
            "<polyline points=\"\(points(corners))\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" "
                + "stroke-linejoin=\"round\" stroke-opacity=\"\(number(opacity))\"\(dashes)/>")
    }

    /// The complete SVG file.
    ///
    /// - Parameters:
    ///   - width: In pixels.
    ///   - height: In pixels.
    ///   - name: Unique among the plots of a page.
    ///   - title: For screen readers.
    ///   - description: For screen readers: what the plot shows.
    /// - Returns: An `svg` element, valid as a file and inside an HTML page.
    func document(width: Double, height: Double, name: String, title: String, description: String) -> String {
        let size = "width=\"\(number(width))\" height=\"\(number(height))\""
        let head = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pl\" \(size) "
                + "viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" "
                + "aria-labelledby=\"\(name)-title \(name)-desc\">",
            "<title id=\"\(name)-title\">\(title.markupEscaped)</title>",
            "<desc id=\"\(name)-desc\">\(description.markupEscaped)</desc>",
            "<style>\(Self.style)</style>",
            "<rect class=\"pl-paper\" \(size)/>",
        ]
        let shared = definitions.isEmpty ? [] : ["<defs>\(definitions.joined())</defs>"]
        return (head + shared + elements + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// Text and lines get their colour by class, so a dark page can change it. Data keep their colour.
    private static let style = """
        .pl{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;color:#1f2328}\
        .pl-paper{fill:#ffffff}.pl-text{fill:currentColor}.pl-strong{font-weight:600}.pl-quiet{fill-opacity:.72}\
        .pl-grid{stroke:currentColor;stroke-opacity:.16}.pl-axis{stroke:currentColor;stroke-opacity:.6}\
        .pl-figure{paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}\
        .pl-model{stroke:currentColor;stroke-width:1.5;stroke-dasharray:1.5 3.5}\
        .pl-bar{stroke:currentColor;stroke-opacity:.45;stroke-width:.75}.pl-hollow{fill:#ffffff}\
        @media screen and (prefers-color-scheme:dark){.pl{color:#e6edf3}.pl-paper,.pl-hollow{fill:#0d1117}\
        .pl-figure{stroke:#0d1117}}
        """

    private func ends(_ start: (x: Double, y: Double), _ end: (x: Double, y: Double)) -> String {
        "x1=\"\(number(start.x))\" y1=\"\(number(start.y))\" x2=\"\(number(end.x))\" y2=\"\(number(end.y))\""
    }

    private func points(_ corners: [(Double, Double)]) -> String {
        corners.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
    }

    /// Two decimals: this also hides the last bits, in which math libraries differ.
    private func number(_ value: Double) -> String {
        let text = value.fieldText(decimals: 2) ?? "0"
        return text == "-0" ? "0" : text
    }
}
