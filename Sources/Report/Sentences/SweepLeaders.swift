/// Which case is lowest at which values of an axis.
enum SweepLeaders {
    /// `Lowest median delay by rate: at 2/s long polling; from 10/s to 50/s WebSocket.`, with a place for the block.
    static func sentence(_ quantity: SweepQuantity, _ facet: Sweep.Facet, _ axis: SweepAxis) -> String? {
        let leaders = axis.values.map { Self.leaders(quantity, facet, at: $0) }
        guard leaders.allSatisfy({ !$0.isEmpty }), facet.series.count > 1 else { return nil }
        let parts = axis.runs(of: leaders).map { place, names in
            "\(place) \(Figure.list(names))" + (names.count > 1 ? " – no clear difference" : "")
        }
        return "Lowest \(quantity.name) by \(axis.name)\(AxisSentence.place): \(parts.joined(separator: "; "))."
    }

    /// The series with the lowest median at one value, and those that are not clearly above it; in the order of plots.
    private static func leaders(_ quantity: SweepQuantity, _ facet: Sweep.Facet, at value: AxisValue) -> [String] {
        let cases = facet.series.compactMap { series -> (name: String, median: Double, result: CaseResult)? in
            guard let result = series.result(at: value), let spread = quantity.spread(result) else { return nil }
            return (series.phrase, spread.median, result)
        }
        guard let lowest = cases.min(by: { ($0.median, $0.name) < ($1.median, $1.name) }) else { return [] }
        return cases.filter { $0.name == lowest.name || !quantity.isClearlyAbove($0.result, lowest.result) }.map(\.name)
    }
}
