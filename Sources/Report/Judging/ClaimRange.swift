import Measurement
import ResultFiles

/// The claimed range of a claim in words, the same everywhere: `871 B`, `500 to 1,000 ± 10 %`, `at least 2.00 − 5 %`.
struct ClaimRange {
    private let low: Double?
    private let high: Double?
    private let tolerance: Double
    private let unit: String?

    init(_ claim: PublishedClaim) {
        (low, high, tolerance, unit) = (claim.low, claim.high, claim.tolerance, claim.unit)
    }

    init(_ claim: ClaimRow) {
        (low, high, unit) = (claim.publishedLow, claim.publishedHigh, claim.quantityUnit)
        tolerance = claim.tolerance ?? 0
    }

    var text: String {
        switch (low.map(figure), high.map(figure)) {
        case (let low?, let high?): (low == high ? low : "\(low) to \(high)") + share("±")
        case (let low?, nil): "at least \(low)" + share("−")
        case (nil, let high?): "at most \(high)" + share("+")
        case (nil, nil): Figure.missing
        }
    }

    /// For sentences: a value is, or is not, `871 B`, `within 500 to 1,000 ± 10 %`, `at least 2.00 − 5 %`.
    var predicate: String {
        guard let low, let high else { return text }
        return low == high && tolerance == 0 ? text : "within \(text)"
    }

    private func figure(_ value: Double) -> String { Figure.measured(value, unit: unit) }

    /// How far beyond a bound a value may be; a bound has only one side.
    private func share(_ sign: String) -> String {
        tolerance == 0 ? "" : " \(sign) \(Figure.plain(tolerance * 100)) %"
    }
}

extension ClaimRow {
    /// Where the bounds are from: `published`, `derived`, `chosen here`.
    var originText: String {
        switch origin.flatMap(PublishedClaim.Origin.init) {
        case .derived: "derived"
        case .chosen: "chosen here"
        case .published, nil: "published"
        }
    }
}
