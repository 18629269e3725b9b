import Measurement
import ResultFiles

/// What 1 and 10 million clients would need, from a sweep over the number of clients: an estimate on paper.
struct ScaleTable: Equatable {
    static let title = "On paper: 1 and 10 million clients"
    static let headings = ["transport", "of the server", "formula", "1 million clients", "10 million clients"]
    /// Columns with text.
    static let words: Set<Int> = [0, 1, 2]
    static let note =
        "An estimate, not a measurement: a line through the measured runs, by least squares, continued to numbers of "
        + "clients that were not measured. In brackets the 95 % interval of the line. It does not include what "
        + "changes beyond the measured range: limits of the kernel, caches, or a second network card. Processors "
        + "are those of the measured machine, fully used; bandwidth is TCP payload of both directions, without TCP and "
        + "IP headers. M is a million clients."

    private static let million = 1e6
    private static let sizes = [million, 10 * million]

    /// What the measured runs have in common, and their numbers of clients.
    let caption: String
    let rows: [[String]]

    /// One table per facet of the sweep; empty unless a transport was measured with enough numbers of clients.
    static func all(_ folder: ReportFolder) -> [ScaleTable] {
        let sweeps = folder.sweeps.filter { $0.axis.name == "clients" }
        return sweeps.prefix(1).flatMap { $0.facets.compactMap(ScaleTable.init) }
    }

    private init?(_ facet: Sweep.Facet) {
        let series = facet.series.filter { !$0.isFlat }
        rows = series.flatMap { one in
            ScaleQuantity.allCases.compactMap { Self.row($0, one) }
        }
        let clients = series.flatMap(\.cases).map(\.result.clients)
        guard !rows.isEmpty, let least = clients.min(), let most = clients.max() else { return nil }
        let place = facet.title.isEmpty ? "" : "\(facet.title): "
        caption = "\(place)from runs with \(Figure.count(least)) to \(Figure.counted(most, "client"))"
    }

    private static func row(_ quantity: ScaleQuantity, _ series: Sweep.Series) -> [String]? {
        let rows = series.cases.flatMap(\.result.rows)
        let points = rows.compactMap { row in quantity.value(of: row).map { (x: Double(row.clients), y: $0) } }
        guard let fit = LinearFit(points) else { return nil }
        return [series.phrase, quantity.name, formula(fit, quantity)]
            + sizes.map { size in
                // Nothing needs less than nothing.
                let interval = fit.interval(at: size)
                let (low, high) = (Figure.significant(max(0, interval.low)), Figure.significant(max(0, interval.high)))
                return "\(Figure.significant(max(0, interval.estimate)))\(quantity.unit) (\(low) to \(high))"
            }
    }

    /// `0.0120 + 13.5 M`.
    private static func formula(_ fit: LinearFit, _ quantity: ScaleQuantity) -> String {
        let slope = fit.slope * million
        let sign = slope < 0 ? "−" : "+"
        return "(\(Figure.significant(fit.intercept)) \(sign) \(Figure.significant(slope.magnitude)) M)\(quantity.unit)"
    }
}
