import Measurement
import ResultFiles

/// The claimed range of a claim in words.
enum ClaimRange {
    /// `871 B`, `500 to 1,000`, `at least 2.00 ± 5 %`, with where it is from if the publication does not state it.
    static func text(_ claim: ClaimRow) -> String {
        let text = { (value: Double) in Figure.measured(value, unit: claim.quantityUnit) }
        let range =
            switch (claim.publishedLow.map(text), claim.publishedHigh.map(text)) {
            case (let low?, let high?): low == high ? low : "\(low) to \(high)"
            case (let low?, nil): "at least \(low)"
            case (nil, let high?): "at most \(high)"
            case (nil, nil): Figure.missing
            }
        let share = share(claim.tolerance ?? 0)
        return range + (share.isEmpty ? "" : " ± \(share)")
    }

    /// The same with its origin: `1,086 B ± 2 % (derived)`.
    static func textWithOrigin(_ claim: ClaimRow) -> String {
        switch claim.origin.flatMap(PublishedClaim.Origin.init) {
        case .derived: text(claim) + " (derived)"
        case .chosen: text(claim) + " (chosen here)"
        case .published, nil: text(claim)
        }
    }

    /// `5 %`; empty for 0.
    static func share(_ tolerance: Double) -> String {
        tolerance == 0 ? "" : "\(Figure.plain(tolerance * 100)) %"
    }
}
