import ResultFiles

/// Whether the case with the lowest median delay is faster than the others beyond noise, by the tests of
/// `comparisons.csv`.
enum TestedOrder {
    /// - Parameters:
    ///   - quoted: The cases; the fastest first.
    ///   - rows: Comparisons of the median delay of one condition.
    /// - Returns: Empty without tests of the fastest case.
    static func sentences(_ quoted: [QuotedCase], _ rows: [ComparisonRow]) -> [String] {
        guard let first = quoted.first(where: { $0.delay != nil }) else { return [] }
        var names: [ComparisonRow.Verdict: [String]] = [:]
        for other in quoted where other.result != first.result {
            guard let verdict = verdict(first.result.caseID, other.result.caseID, rows) else { continue }
            names[verdict, default: []].append(other.name)
        }
        let parts = [
            (names[.lower], "is lower than that of"),
            (names[.noDetectableDifference], "has no detectable difference from that of"),
        ].compactMap { names, words in names.map { "\(words) \(Figure.list($0, most: 6))" } }
        if parts.isEmpty { return [] }
        return [
            "By a signed-rank test over the repeats (p below 0.02), the median \(first.result.terms.time) of "
                + "\(first.name) \(Figure.list(parts))."
        ]
    }

    /// The verdict on the first case; `nil` without a test.
    static func verdict(_ one: String, _ other: String, _ rows: [ComparisonRow]) -> ComparisonRow.Verdict? {
        for row in rows where row.p != nil || row.verdict == ComparisonRow.Verdict.noDetectableDifference.rawValue {
            guard let verdict = ComparisonRow.Verdict(rawValue: row.verdict) else { continue }
            if (row.candidate, row.baseline) == (one, other) { return verdict }
            guard (row.candidate, row.baseline) == (other, one) else { continue }
            switch verdict {
            case .lower: return .higher
            case .higher: return .lower
            default: return verdict
            }
        }
        return nil
    }
}

extension [ComparisonRow] {
    /// The comparisons of one quantity.
    func of(_ quantity: SweepQuantity) -> Self { filter { $0.metric == quantity.column } }
}
