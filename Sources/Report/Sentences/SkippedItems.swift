import ResultFiles

/// Cases whose clients did not receive all items: their figures per item are not comparable.
enum SkippedItems {
    static func sentences(_ quoted: [QuotedCase]) -> [String] {
        let partial = quoted.compactMap { one -> (name: String, share: Double)? in
            guard let share = one.result.bytes.median(\.coherenceRatio), share < 0.995 else { return nil }
            return (one.name, share)
        }.sorted { ($0.share, $0.name) < ($1.share, $1.name) }
        guard let noun = quoted.first?.result.terms.noun, !partial.isEmpty else { return [] }
        let shares = partial.map { "\($0.name) received \(Figure.percent($0.share)) of the \(noun)s" }
        let them = partial.count == 1 ? "it" : "these"
        let comparison =
            partial.count < quoted.count
            ? "; compare \(them) with the others per client and second, not per \(noun)" : ""
        return [capitalized(Figure.list(shares, most: 4)) + comparison + "."]
    }
}
