import ResultFiles

/// Overhead bytes by layer: one bar per case, one segment per layer.
struct LayerPlot {
    /// The legend's name, colour and hatch of each layer. Colours are from Paul Tol's light scheme.
    private struct Style {
        let layer: String
        let name: String
        let colour: String
        let hatch: SVGCanvas.Hatch
    }

    private static let payload = Style(layer: "payload", name: "items", colour: "#DDDDDD", hatch: .none)
    private static let overhead = [
        Style(layer: "envelope", name: "item envelopes", colour: "#44BB99", hatch: .rising),
        Style(layer: "framing", name: "HTTP framing", colour: "#BBCC33", hatch: .dots),
        Style(layer: "http_head", name: "HTTP headers", colour: "#EE8866", hatch: .none),
        Style(layer: "ws_frame_header", name: "WebSocket frame headers", colour: "#77AADD", hatch: .flat),
        Style(layer: "ws_mask", name: "WebSocket masking keys", colour: "#99DDFF", hatch: .dots),
        Style(layer: "ws_control", name: "WebSocket control frames", colour: "#AAAA00", hatch: .grid),
        Style(layer: "handshake", name: "opening handshakes", colour: "#FFAABB", hatch: .falling),
        Style(layer: tlsSetup, name: "TLS handshakes", colour: "#EEDD88", hatch: .grid),
        Style(layer: "tls", name: "TLS records", colour: "#CCBB44", hatch: .rising),
        Style(layer: "tcp_ip", name: "TCP/IP headers (estimated)", colour: "#BBBBBB", hatch: .falling),
    ]

    // The setup part of the layer `tls`; not a layer of layers.csv.
    private static let tlsSetup = "tls setup"
    /// Layers that `overhead_bytes_per_item` excludes.
    private static let setup = ["handshake", tlsSetup]

    private let conditions: [Condition]
    /// Bytes per item, by case and layer.
    private let bytes: [String: [String: Double]]
    /// The items are shown where transports carry them in different sizes, as with compression.
    private let showsItems: Bool

    private var styles: [Style] { showsItems ? [Self.payload] + Self.overhead : Self.overhead }
    private var title: String { showsItems ? "Bytes per item, by layer" : "Overhead per item, by layer" }

    static func plot(_ folder: ReportFolder) -> Plot? {
        let plot = LayerPlot(folder)
        guard plot.highest > 0 else { return nil }
        return Plot(
            fileName: "plots/overhead-by-layer.svg", title: plot.title,
            caption:
                "Bytes per delivered item in both directions, \(plot.showsItems ? "with" : "without") the item itself. "
                + "Setup: opening handshakes and TLS records without application data (as in setup_bytes_total), "
                + "divided by the items of the run. TCP/IP headers are estimated. Only rows with valid bytes. Several "
                + "repeats are pooled: all their bytes divided by all their items.",
            svg: plot.svg, data: plot.data,
            papers: PaperFigure.bars(
                plot.conditions, title: plot.title,
                plot.seen.map { PaperFigure.Bar(column: column($0.layer), name: $0.name, colour: $0.colour) },
                axis: PaperFigure.Side(column: "", title: "bytes per item")))
    }

    /// The layers of any case.
    private var seen: [Style] {
        let layers = Set(bytes.keys.flatMap { pieces($0).map(\.style.layer) })
        return styles.filter { layers.contains($0.layer) }
    }

    private static func column(_ layer: String) -> String {
        layer.split(separator: " ").joined(separator: "_") + "_bytes_per_item"
    }

    /// A cell is empty if the case has no valid bytes, and 0 if it has no bytes of the layer.
    private var data: PlotTable {
        var table = PlotTable(CaseResult.plotColumns + styles.map { Self.column($0.layer) })
        for condition in conditions {
            for result in condition.cases {
                let own = bytes[result.caseID].flatMap { $0.isEmpty ? nil : $0 }
                let cells = styles.map { style in PlotTable.cell(own.map { $0[style.layer] ?? 0 }) }
                table.add(result.plotCells(in: condition) + cells)
            }
        }
        return table
    }

    private init(_ folder: ReportFolder) {
        conditions = folder.conditions
        var bytes: [String: [String: Double]] = [:]
        for result in folder.conditions.flatMap(\.cases) where result.hasValidBytes {
            bytes[result.caseID] = Self.perItem(result, folder.layers)
        }
        self.bytes = bytes
        showsItems = folder.conditions.contains { condition in
            let sizes = condition.cases.compactMap { bytes[$0.caseID]?["payload"] }
            return (sizes.max() ?? 0) > (sizes.min() ?? 0) * 1.02
        }
    }

    private static func perItem(_ result: CaseResult, _ layers: [LayerRow]) -> [String: Double] {
        let repeats = Set(result.bytes.rows.map(\.repetition))
        guard let delivered = result.bytes.sum(\.received), delivered > 0 else { return [:] }
        var sums: [String: Double] = [:]
        for row in layers where row.caseID == result.caseID && repeats.contains(row.repetition) {
            sums[row.layer, default: 0] += Double(row.bytes)
        }
        // As in setup_bytes_total: only TLS records without application data are setup.
        if let tls = sums["tls"], tls > 0, let setup = result.bytes.sum(\.setupBytesTotal) {
            let handshakes = min(tls, max(0, Double(setup) - sums["handshake", default: 0]))
            sums[tlsSetup] = handshakes
            sums["tls"] = tls - handshakes
        }
        return sums.mapValues { $0 / Double(delivered) }
    }

    private func pieces(_ caseID: String) -> [(style: Style, bytes: Double)] {
        styles.compactMap { style in
            guard let value = bytes[caseID]?[style.layer], value > 0 else { return nil }
            return (style, value)
        }
    }

    private var highest: Double {
        bytes.keys.map { pieces($0).reduce(0) { $0 + $1.bytes } }.max() ?? 0
    }

    private var svg: String {
        let chart = RowChart(conditions, rightMargin: 290)
        let ticks = Ticks.linear(to: highest)
        let scale = Scale.linear(from: 0, to: ticks.last ?? 1, pixels: (chart.left, chart.right))
        let entries = seen.map {
            Legend.Entry(mark: .hatched(colour: $0.colour, hatch: $0.hatch, name: "layers"), name: $0.name)
        }
        let axis = Axis(
            ticks: ticks.map { Axis.Tick(position: scale.position($0), label: Axis.bytesLabel($0)) },
            title: "bytes per item")
        let content = RowChart.Content(
            name: "layers", title: title, description: description, legend: Legend(entries: entries), axis: axis)
        return chart.svg(content) { canvas, result, y in
            var left = 0.0
            for piece in pieces(result.caseID) {
                let (x, width) = (scale.position(left), scale.position(piece.bytes) - chart.left)
                let hover = "\(piece.style.name): \(Figure.significant(piece.bytes)) bytes per item"
                canvas.bar(x: x, y: y - 9, width: width, height: 18, colour: piece.style.colour, hover: hover)
                canvas.hatch(piece.style.hatch, x: x, y: y - 9, width: width, height: 18, name: "layers")
                left += piece.bytes
            }
            canvas.text(totals(result.caseID), x: scale.position(left) + 8, y: y + 4.5, ink: .figure)
        }
    }

    private func totals(_ caseID: String) -> String {
        let pieces = pieces(caseID)
        let parts = [
            (" items", pieces.filter { $0.style.layer == Self.payload.layer }),
            ("", pieces.filter { isOverhead($0.style.layer) }),
            (" setup", pieces.filter { Self.setup.contains($0.style.layer) }),
            (" TCP/IP", pieces.filter { $0.style.layer == "tcp_ip" }),
        ]
        return parts.filter { $0.0.isEmpty || !$0.1.isEmpty }.map { name, pieces in
            "\(Figure.significant(pieces.reduce(0) { $0 + $1.bytes })) B\(name)"
        }.joined(separator: " + ")
    }

    private func isOverhead(_ layer: String) -> Bool {
        !Self.setup.contains(layer) && layer != "tcp_ip" && layer != Self.payload.layer
    }

    private var description: String {
        conditions.map { condition in
            let cases = condition.cases.filter(\.hasValidBytes).map { "\($0.label) \(totals($0.caseID))" }
            return "\(condition.title): \(cases.joined(separator: ", "))."
        }.joined(separator: " ")
    }
}
