import ResultFiles

/// A table row with a published claim, the prediction and the measured value.
struct ClaimCells {
    static let headings = ["claim", "verdict", "published", "predicted", "measured", "quantity", "reason", "source"]
    /// Columns with text.
    static let words: Set<Int> = [0, 1, 2, 3, 4, 5, 6, 7]

    let cells: [String]

    init(_ claim: ClaimRow) {
        let unit = claim.quantityUnit.map { " \($0)" } ?? ""
        var measured = claim.measured.map { Figure.significant($0) + unit } ?? Figure.missing
        if let low = claim.measuredLow, let high = claim.measuredHigh {
            let interval = "\(Figure.significant(low)) to \(Figure.significant(high))"
            measured += " (95 % confidence interval \(interval), \(claim.repeats) repeats)"
        }
        let predicted = claim.predicted.map { Figure.significant($0) + unit } ?? Figure.missing
        let reason = [claim.reason, claim.note ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        cells = [
            "\(claim.claimID): \(claim.statement)", claim.verdict, Self.published(claim, unit), predicted, measured,
            claim.quantity, reason, claim.source,
        ]
    }

    private static func published(_ claim: ClaimRow, _ unit: String) -> String {
        switch (claim.publishedLow.map(Figure.significant), claim.publishedHigh.map(Figure.significant)) {
        case (let low?, let high?): low == high ? low + unit : "\(low) to \(high)\(unit)"
        case (let low?, nil): "at least \(low)\(unit)"
        case (nil, let high?): "at most \(high)\(unit)"
        case (nil, nil): Figure.missing
        }
    }
}
