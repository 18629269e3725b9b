import ResultFiles

/// On what ground sentences call a difference clear: ``SweepQuantity/isClearlyAbove(_:_:)`` in words.
enum ClearGround {
    static func sentence(_ results: [CaseResult]) -> String {
        let counts = results.map(\.rows.count)
        guard let low = counts.min(), let high = counts.max(), high > 1 else {
            return "There is one repeat, so nothing here is tested against noise: a difference counts as clear if "
                + "bytes differ by more than 1 %, or delays and CPU times by more than a quarter."
        }
        let number = low == high ? "\(high)" : "\(low) to \(high)"
        let quarter = low < 3 ? ", delays and CPU times by more than a quarter" : ""
        return "A difference counts as clear if the medians are more than 1 % apart and a signed-rank test of the "
            + "\(number) repeats finds it, at \(ComparisonFamily.confidenceText) for all comparisons of a quantity "
            + "together; bytes that are the same in all repeats need no test. \"Not tested\": the repeats are too few, "
            + "and all of them agree in pairs\(quarter)."
    }
}
