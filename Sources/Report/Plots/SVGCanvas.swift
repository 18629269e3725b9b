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
        /// Without a class: ``style`` gives every text its colour.
        case plain = ""
        case strong = "pl-strong"
        case quiet = "pl-quiet"
        /// Readable on top of grid lines.
        case figure = "pl-figure"
    }

    private var elements: [String] = []
    private var definitions: [String] = []
    private var hatches: Set<Int> = []

    mutating func text(
        _ text: String, x: Double, y: Double, anchor: Anchor = .start, ink: Ink = .plain, hover: String? = nil
    ) {
        let place = "x=\"\(number(x))\" y=\"\(number(y))\""
        let look = ink == .plain ? "" : " class=\"\(ink.rawValue)\""
        let side = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        elements.append("<text\(look) \(place)\(side)>\(tooltip(hover ?? ""))\(text.markupEscaped)</text>")
    }

    /// A grid line, or an axis if `isStrong`.
    mutating func rule(from start: (x: Double, y: Double), to end: (x: Double, y: Double), isStrong: Bool = false) {
        let name = isStrong ? "pl-axis" : "pl-grid"
        elements.append("<path class=\"\(name)\" \(line(start, end))/>")
    }

    mutating func stroke(
        from start: (x: Double, y: Double), to end: (x: Double, y: Double), colour: String, width: Double
    ) {
        elements.append("<path \(line(start, end)) stroke=\"\(colour)\" stroke-width=\"\(number(width))\"/>")
    }

    mutating func bar(
        x: Double, y: Double, width: Double, height: Double, colour: String, opacity: Double = 1, hover: String = ""
    ) {
        let look = "fill=\"\(colour)\"" + (opacity == 1 ? "" : " fill-opacity=\"\(number(opacity))\"")
        add("rect", "class=\"pl-bar\" \(box(x, y, width, height)) \(look)", hover)
    }

    mutating func dot(x: Double, y: Double, radius: Double, colour: String, isFilled: Bool = true, hover: String = "") {
        let look = isFilled ? "fill=\"\(colour)\"" : "class=\"pl-hollow\""
        let place = "cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\""
        add("circle", "\(place) \(look) stroke=\"\(colour)\" stroke-width=\"2\"", hover)
    }

    mutating func diamond(x: Double, y: Double, radius: Double, colour: String, hover: String = "") {
        polygon([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], colour, hover)
    }

    /// The marker of a transport.
    mutating func marker(
        _ marker: TransportStyle.Marker, x: Double, y: Double, radius: Double, colour: String, isHollow: Bool = false,
        hover: String = ""
    ) {
        let r = radius
        let shape: [(Double, Double)]
        switch marker {
        case .circle: return dot(x: x, y: y, radius: r, colour: colour, isFilled: !isHollow, hover: hover)
        case .hollow: return dot(x: x, y: y, radius: r, colour: colour, isFilled: false, hover: hover)
        case .diamond: shape = [(x, y - r * 1.3), (x + r * 1.3, y), (x, y + r * 1.3), (x - r * 1.3, y)]
        case .square: shape = [(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
        case .triangle: shape = [(x, y - r * 1.3), (x + r * 1.2, y + r), (x - r * 1.2, y + r)]
        case .droppedTriangle: shape = [(x, y + r * 1.3), (x + r * 1.2, y - r), (x - r * 1.2, y - r)]
        case .cross:
            stroke(from: (x - r, y - r), to: (x + r, y + r), colour: colour, width: 2)
            stroke(from: (x - r, y + r), to: (x + r, y - r), colour: colour, width: 2)
            return
        }
        polygon(shape, colour, hover, isHollow: isHollow)
    }

    private mutating func polygon(
        _ corners: [(Double, Double)], _ colour: String, _ hover: String, isHollow: Bool = false
    ) {
        let look =
            isHollow ? "class=\"pl-hollow\" stroke=\"\(colour)\" stroke-width=\"1.5\"" : "fill=\"\(colour)\""
        add("polygon", "points=\"\(points(corners))\" \(look)", hover)
    }

    /// An element whose tooltip is this text; without text it has none.
    private mutating func add(_ name: String, _ attributes: String, _ hover: String) {
        elements.append(
            hover.isEmpty ? "<\(name) \(attributes)/>" : "<\(name) \(attributes)>\(tooltip(hover))</\(name)>")
    }

    private func tooltip(_ text: String) -> String { text.isEmpty ? "" : "<title>\(text.markupEscaped)</title>" }

    /// A cell of a heat map with its number, dark on light or light on dark.
    mutating func cell(
        x: Double, y: Double, width: Double, height: Double, colour: String, text: String, isDark: Bool, hover: String
    ) {
        add("rect", "\(box(x, y, width, height)) fill=\"\(colour)\"", hover)
        let place = "x=\"\(number(x + width / 2))\" y=\"\(number(y + height / 2 + 4.5))\" text-anchor=\"middle\""
        let look = isDark ? "pl-on-dark" : "pl-on-light"
        elements.append("<text class=\"\(look)\" \(place)>\(text.markupEscaped)</text>")
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
        let place = box(x, y, width, height)
        elements.append("<rect \(place) fill=\"url(#\(name)-hatch-\(hatch.rawValue))\" pointer-events=\"none\"/>")
    }

    /// The line of a prediction, in the colour of text.
    mutating func model(_ corners: [(Double, Double)]) {
        elements.append("<polyline class=\"pl-model\" points=\"\(points(corners))\" fill=\"none\"/>")
    }

    /// The range of a prediction.
    mutating func band(_ corners: [(Double, Double)], colour: String) {
        elements.append("<polygon points=\"\(points(corners))\" fill=\"\(colour)\" fill-opacity=\"0.15\"/>")
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
        .pl-paper{fill:#ffffff}.pl text{fill:currentColor}.pl-strong{font-weight:600}.pl-quiet{fill-opacity:.72}\
        .pl-grid{stroke:currentColor;stroke-opacity:.16}.pl-axis{stroke:currentColor;stroke-opacity:.6}\
        .pl-figure{paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}\
        .pl-model{stroke:currentColor;stroke-width:1.5;stroke-dasharray:1.5 3.5}\
        .pl-bar{stroke:currentColor;stroke-opacity:.45;stroke-width:.75}.pl-hollow{fill:#ffffff}\
        .pl .pl-on-dark{fill:#ffffff}.pl .pl-on-light{fill:#000000}\
        @media screen and (prefers-color-scheme:dark){.pl{color:#e6edf3}.pl-paper,.pl-hollow{fill:#0d1117}\
        .pl-figure{stroke:#0d1117}}
        """

    /// The data of a path from point to point; one letter for a line along an axis.
    private func line(_ start: (x: Double, y: Double), _ end: (x: Double, y: Double)) -> String {
        let way =
            switch (start.x == end.x, start.y == end.y) {
            case (_, true): "H\(number(end.x))"
            case (true, false): "V\(number(end.y))"
            case (false, false): "L\(number(end.x)) \(number(end.y))"
            }
        return "d=\"M\(number(start.x)) \(number(start.y))\(way)\""
    }

    private func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
        "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
    }

    private func points(_ corners: [(Double, Double)]) -> String {
        corners.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
    }

    /// Tenths of a pixel: this also hides the last bits, in which math libraries differ.
    private func number(_ value: Double) -> String {
        let text = value.fieldText(decimals: 1) ?? "0"
        return text == "-0" ? "0" : text
    }
}
