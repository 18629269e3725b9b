import Measurement
import ResultFiles

/// The figures of a published claim in words, for all reports.
struct ClaimFigures {
    /// With its sign: `✓ holds`.
    let verdict: String
    /// Where the bounds are from, and the bounds: `published` and `871 B ± 2 %`.
    let bounds: (origin: String, text: String)
    let predicted: String
    let measured: String
    /// Of the measured value: `122 B to 128 B`; empty without one.
    let interval: String
    /// Why the verdict is what it is, and what differs from the published setting.
    let remarks: [String]
    /// For text: `bytes per poll: published 871 B, predicted 909 B`.
    let sentence: String

    init(_ claim: ClaimRow) {
        let text = { (value: Double) in Figure.measured(value, unit: claim.quantityUnit) }
        let prediction = claim.predicted.map(text)
        verdict = VerdictSign(claim.verdict).map { "\($0.sign) \(claim.verdict)" } ?? claim.verdict
        bounds = (claim.originText, ClaimRange(claim).text)
        predicted = prediction ?? "no formula"
        measured = claim.measured.map(text) ?? "nothing"
        interval = [claim.measuredLow, claim.measuredHigh].compactMap { $0.map(text) }.distinct()
            .joined(separator: " to ")
        remarks = [claim.reason, claim.note ?? ""].filter { !$0.isEmpty }
        let parts = ["\(bounds.origin) \(bounds.text)", prediction.map { "predicted \($0)" } ?? "no formula for it"]
        // The reason begins with the measured value.
        let end = claim.reason.isEmpty ? ["measured \(measured)"] : []
        sentence = "\(claim.quantity): " + (parts + end).joined(separator: ", ")
    }

    /// The bounds, and where they are from unless the source states them: `1,086 B ± 2 % (derived)`.
    var boundsWithOrigin: String { bounds.origin == "published" ? bounds.text : "\(bounds.text) (\(bounds.origin))" }

    /// The measured value and its interval, if it has one: `127 B (126 B to 127 B)`.
    var measuredWithInterval: String { interval.isEmpty ? measured : "\(measured) (\(interval))" }

    /// What the words of the figures and verdicts of these claims mean.
    static func note(_ claims: [ClaimRow]) -> String {
        let origins = Set(claims.map(\.originText))
        let meanings = [
            ("published", "the source states the number"), ("derived", "it follows from what the source states"),
            ("chosen here", "the source states no number, so the scenario sets the bound"),
        ].filter { origins.contains($0.0) }.map { "\(capitalized($0.0)): \($0.1)." }
        let rest =
            "Predicted: by the formulas of Results/formulas.md. Measured: the median of the valid repeats. A claim "
            + "holds if the whole 95 % interval of the measured value is in the range (below "
            + "\(Spread.minimumRepeats) repeats, which have no interval: all of them), fails if nothing of it is, and "
            + "is open otherwise, or if the publication measured something else."
        return (meanings + [rest]).joined(separator: " ")
    }
}
