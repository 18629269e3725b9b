/// Which case is lowest at which values of an axis.
enum SweepLeaders {
    private typealias Candidate = (name: String, median: Double, result: CaseResult)

    /// `Lowest median delay by rate: at 2/s long polling; from 10/s to 50/s WebSocket.`, with a place for the block.
    ///
    /// - Returns: `nil` unless every series has a value everywhere: the lowest of one is no finding, and the lowest of
    ///   other series at another value cannot be compared with it.
    static func sentence(_ quantity: SweepQuantity, _ facet: Sweep.Facet, _ axis: SweepAxis) -> String? {
        let candidates = axis.values.map { Self.candidates(quantity, facet, at: $0) }
        guard facet.series.count > 1, candidates.allSatisfy({ $0.count == facet.series.count }) else { return nil }
        let parts = axis.runs(of: candidates.map { leaders(quantity, $0) }).map { place, names in
            "\(place) \(Figure.list(names))" + (names.count > 1 ? " – no clear difference" : "")
        }
        return "Lowest \(quantity.name) by \(axis.name)\(AxisSentence.place): \(parts.joined(separator: "; "))."
    }

    /// The series that have a value there, in the order of plots.
    private static func candidates(_ quantity: SweepQuantity, _ facet: Sweep.Facet, at value: AxisValue) -> [Candidate]
    {
        facet.series.compactMap { series in
            guard let result = series.result(at: value), let spread = quantity.spread(result) else { return nil }
            return (series.phrase, spread.median, result)
        }
    }

    /// The one with the lowest median, and those that are not clearly above it.
    private static func leaders(_ quantity: SweepQuantity, _ cases: [Candidate]) -> [String] {
        guard let lowest = cases.min(by: { ($0.median, $0.name) < ($1.median, $1.name) }) else { return [] }
        return cases.filter { $0.name == lowest.name || !quantity.isClearlyAbove($0.result, lowest.result) }.map(\.name)
    }
}
