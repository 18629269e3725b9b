import ResultFiles

/// A table row with a published claim, the prediction and the measured value.
struct ClaimCells {
    static let headings = ["claim", "verdict", "published", "predicted", "measured", "quantity", "reason", "source"]
    /// Columns with text.
    static let words: Set<Int> = [0, 1, 2, 3, 4, 5, 6, 7]

    let cells: [String]

    init(_ claim: ClaimRow) {
        let text = { (value: Double) in Figure.measured(value, unit: claim.quantityUnit) }
        var measured = claim.measured.map(text) ?? Figure.missing
        if let low = claim.measuredLow, let high = claim.measuredHigh {
            let interval = "\(text(low)) to \(text(high))"
            measured += " (95 % confidence interval \(interval), \(claim.repeats) repeats)"
        }
        let predicted = claim.predicted.map(text) ?? Figure.missing
        let reason = [claim.reason, claim.note ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        cells = [
            "\(claim.claimID): \(claim.statement)", claim.verdict, ClaimRange.textWithOrigin(claim), predicted,
            measured,
            claim.quantity, reason, claim.source,
        ]
    }
}
