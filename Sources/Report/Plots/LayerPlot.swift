import ResultFiles

/// Overhead bytes by layer: one bar per case, one segment per layer.
struct LayerPlot {
    private static let title = "Overhead per item, by layer"
    /// The legend's name and colour of each layer. Colours are from Paul Tol's light scheme.
    private static let styles: [(layer: String, name: String, colour: String)] = [
        ("envelope", "item envelopes", "#44BB99"),
        ("framing", "HTTP framing", "#BBCC33"),
        ("http_head", "HTTP headers", "#EE8866"),
        ("ws_frame_header", "WebSocket frame headers", "#77AADD"),
        ("ws_mask", "WebSocket masking keys", "#99DDFF"),
        ("ws_control", "WebSocket control frames", "#AAAA00"),
        ("handshake", "opening handshakes", "#FFAABB"),
        (tlsSetup, "TLS handshakes", "#EEDD88"),
        ("tls", "TLS records", "#CCBB44"),
        ("tcp_ip", "TCP/IP headers (estimated)", "#BBBBBB"),
    ]

    // The setup part of the layer `tls`; not a layer of layers.csv.
    private static let tlsSetup = "tls setup"
    /// Layers that `overhead_bytes_per_item` excludes.
    private static let setup = ["handshake", tlsSetup]

    private let conditions: [Condition]
    /// Bytes per item, by case and layer.
    private let bytes: [String: [String: Double]]

    static func plot(_ folder: ReportFolder) -> Plot? {
        let plot = LayerPlot(folder)
        guard plot.highest > 0 else { return nil }
        return Plot(
            fileName: "plots/overhead-by-layer.svg", title: title,
            caption:
                "Bytes per delivered item in both directions, without the item itself. Setup: opening handshakes and "
                + "TLS records without application data (as in setup_bytes_total), divided by the items of the run. "
                + "TCP/IP headers are estimated. Only rows with valid bytes. Several repeats are pooled: all their "
                + "bytes divided by all their items.",
            svg: plot.svg)
    }

    private init(_ folder: ReportFolder) {
        conditions = folder.conditions
        var bytes: [String: [String: Double]] = [:]
        for result in folder.conditions.flatMap(\.cases) where result.hasValidBytes {
            bytes[result.caseID] = Self.perItem(result, folder.layers)
        }
        self.bytes = bytes
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

    private func pieces(_ caseID: String) -> [(layer: String, name: String, colour: String, bytes: Double)] {
        Self.styles.compactMap { style in
            guard let value = bytes[caseID]?[style.layer], value > 0 else { return nil }
            return (style.layer, style.name, style.colour, value)
        }
    }

    private var highest: Double {
        bytes.keys.map { pieces($0).reduce(0) { $0 + $1.bytes } }.max() ?? 0
    }

    private var svg: String {
        let chart = RowChart(conditions, rightMargin: 290)
        let ticks = Ticks.linear(to: highest)
        let scale = Scale.linear(from: 0, to: ticks.last ?? 1, pixels: (chart.left, chart.right))
        let seen = Set(bytes.keys.flatMap { pieces($0).map(\.layer) })
        let entries = Self.styles.filter { seen.contains($0.layer) }.map {
            Legend.Entry(mark: .box(colour: $0.colour, opacity: 1), name: $0.name)
        }
        let axis = Axis(
            ticks: ticks.map { Axis.Tick(position: scale.position($0), label: Axis.bytesLabel($0)) },
            title: "bytes per item")
        let content = RowChart.Content(
            name: "layers", title: Self.title, description: description, legend: Legend(entries: entries), axis: axis)
        return chart.svg(content) { canvas, result, y in
            var left = 0.0
            for piece in pieces(result.caseID) {
                canvas.bar(
                    x: scale.position(left), y: y - 9, width: scale.position(piece.bytes) - chart.left, height: 18,
                    colour: piece.colour, hover: "\(piece.name): \(Figure.significant(piece.bytes)) bytes per item")
                left += piece.bytes
            }
            canvas.text(totals(result.caseID), x: scale.position(left) + 8, y: y + 4.5, ink: .figure)
        }
    }

    private func totals(_ caseID: String) -> String {
        let pieces = pieces(caseID)
        let parts = [
            ("", pieces.filter { !Self.setup.contains($0.layer) && $0.layer != "tcp_ip" }),
            (" setup", pieces.filter { Self.setup.contains($0.layer) }),
            (" TCP/IP", pieces.filter { $0.layer == "tcp_ip" }),
        ]
        return parts.filter { $0.0.isEmpty || !$0.1.isEmpty }.map { name, pieces in
            "\(Figure.significant(pieces.reduce(0) { $0 + $1.bytes })) B\(name)"
        }.joined(separator: " + ")
    }

    private var description: String {
        conditions.map { condition in
            let cases = condition.cases.filter(\.hasValidBytes).map { "\($0.label) \(totals($0.caseID))" }
            return "\(condition.title): \(cases.joined(separator: ", "))."
        }.joined(separator: " ")
    }
}
