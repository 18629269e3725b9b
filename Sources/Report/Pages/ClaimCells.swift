import ResultFiles

/// A table row with a published claim and the measured value.
struct ClaimCells {
    static let headings = ["claim", "source", "quantity", "published", "measured", "verdict", "note"]

    let cells: [String]

    init(_ claim: ClaimRow) {
        let unit = claim.quantityUnit.map { " \($0)" } ?? ""
        var measured = claim.measured.map { Figure.significant($0) + unit } ?? Figure.missing
        if let low = claim.measuredLow, let high = claim.measuredHigh {
            let interval = "\(Figure.significant(low)) to \(Figure.significant(high))"
            measured += " (95 % confidence interval \(interval), \(claim.repeats) repeats)"
        }
        cells = [
            claim.statement, claim.source, claim.quantity, Self.published(claim, unit), measured, claim.verdict,
            claim.note ?? "",
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
