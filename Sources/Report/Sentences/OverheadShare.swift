import ResultFiles

/// From which size of items on the overhead is small compared with the item.
enum OverheadShare {
    private static let limits = [0.1, 0.01]
    private static let mostFacets = 2

    /// One sentence per limit and block of a sweep along the size of items; empty without such a sweep.
    static func sentences(_ folder: ReportFolder) -> [String] {
        let sweeps = folder.sweeps.filter { sweep in
            sweep.facets.contains { facet in
                facet.series.contains { SweepQuantity.hasSeveralSizes($0.cases.map(\.result)) }
            }
        }
        guard let sweep = sweeps.first else { return [] }
        return limits.flatMap { limit in
            AxisSentence.merged(
                sweep.facets.prefix(mostFacets).compactMap { facet in
                    sentence(limit, facet, sweep.axis).map { AxisSentence(text: $0, facet: facet) }
                })
        }
    }

    /// `Overhead is below 10 % of the item in every repeat: from payload 512B on for WebSocket and raw TCP; at no
    /// measured payload for long polling.`, with a place for the block.
    private static func sentence(_ limit: Double, _ facet: Sweep.Facet, _ axis: SweepAxis) -> String? {
        let series = facet.series.filter { !$0.isFlat }
        let byStart = Dictionary(grouping: series) { start($0, limit, axis) }.mapValues { $0.map(\.phrase) }
        var groups: [(place: String, names: [String])] = []
        for value in axis.values.map(Optional.some) + [nil] {
            guard let names = byStart[value] else { continue }
            let place = value.map { "from \(axis.name) \($0.text) on for" } ?? "at no measured \(axis.name) for"
            groups.append((place, names))
        }
        if groups.isEmpty { return nil }
        let parts = groups.map { "\($0.place) \(Figure.list($0.names, most: 6))" }
        return "Overhead is below \(Figure.percent(limit)) of the item in every repeat\(AxisSentence.place): "
            + "\(parts.joined(separator: "; "))."
    }

    /// The smallest value from which on all repeats are below the limit.
    private static func start(_ series: Sweep.Series, _ limit: Double, _ axis: SweepAxis) -> AxisValue? {
        let measured = axis.values.compactMap { value in
            series.result(at: value).flatMap(SweepQuantity.share.spread).map { (value: value, highest: $0.high) }
        }
        return measured.reversed().prefix { $0.highest < limit }.last?.value
    }
}
