import Expressions
import Measurement
import ResultFiles

/// Compares published claims with the results of a run and with what the formulas predict.
package struct ClaimJudge {
    private let results: ResultScope
    private let predictions: [String: [String: PredictionRow]]
    private let runID: String
    private let scenario: String

    package init(
        _ summary: [SummaryRow], _ layers: [LayerRow], predictions: [PredictionRow], runID: String, scenario: String
    ) {
        results = ResultScope(summary, layers)
        self.predictions = Dictionary(grouping: predictions, by: \.caseID).mapValues { rows in
            Dictionary(rows.map { ($0.quantity, $0) }) { first, _ in first }
        }
        (self.runID, self.scenario) = (runID, scenario)
    }

    package func rows(_ claims: [PublishedClaim]) -> [ClaimRow] { claims.map(row) }

    private func row(_ claim: PublishedClaim) -> ClaimRow {
        var row = ClaimRow()
        (row.runID, row.scenario, row.claimID) = (runID, scenario, claim.id)
        (row.source, row.statement, row.quantity) = (claim.source, claim.statement, claim.words)
        (row.quantityUnit, row.publishedLow, row.publishedHigh) = (claim.unit, claim.low, claim.high)
        (row.tolerance, row.origin) = (claim.tolerance, claim.origin.rawValue)
        (row.note, row.formula) = (claim.note, claim.quantity.text)
        row.caseIDs = claim.binding.cases.map(\.id).joined(separator: " ")
        let measured = claim.quantity.evaluate(in: BoundScope(results: results, binding: claim.binding))
        let predicted = claim.quantity.evaluate(in: PredictionScope(predictions, claim.binding))
        row.predicted = predicted?.median.map(claim.inUnit)
        row.measured = measured?.median.map(claim.inUnit)
        let samples = (measured?.samples ?? []).map(claim.inUnit)
        row.repeats = samples.count
        if let interval = measured?.interval {
            row.measuredLow = claim.inUnit(interval.low)
            row.measuredHigh = claim.inUnit(interval.high)
        } else if samples.count > 1, Set(samples).count == 1, !claim.dependsOnTimes {
            // Bytes and counts that nothing varies: the value is its own interval.
            (row.measuredLow, row.measuredHigh) = (samples.first, samples.first)
        }
        let verdict = ClaimVerdict(claim, row, samples)
        (row.verdict, row.reason) = (verdict.word, verdict.reason)
        return row
    }
}

/// The predicted values of the cases that a claim is about; one per column, not per repeat.
///
/// Where the formulas give the bytes of a case, they give all its layers, those without a byte too. So a number without
/// a row is not predicted.
private struct PredictionScope: ExpressionScope {
    private let predictions: [String: [String: PredictionRow]]
    private let binding: CaseBinding

    init(_ predictions: [String: [String: PredictionRow]], _ binding: CaseBinding) {
        (self.predictions, self.binding) = (predictions, binding)
    }

    func values(of reference: ColumnReference) -> [Int: Double]? {
        binding.named(reference).flatMap { predictions[$0.id]?[reference.column] }.map { [1: $0.value] }
    }
}

/// Whether measured values are within a published range, and why.
struct ClaimVerdict {
    let word: String
    let reason: String

    init(_ claim: PublishedClaim, _ row: ClaimRow, _ samples: [Double]) {
        guard let least = samples.min(), let most = samples.max(), let measured = row.measured else {
            word = "open"
            reason = "No valid repeat has all values of the quantity, so the claim is open."
            return
        }
        // Without an interval all repeats have to agree.
        let (low, high) = (row.measuredLow ?? least, row.measuredHigh ?? most)
        func text(_ value: Double) -> String { Figure.measured(value, unit: claim.unit) }
        let extent =
            if least == most, samples.count > 1 {
                "in each of \(samples.count) repeats"
            } else if row.measuredLow != nil, text(low) == text(high) {
                "with a 95 % interval narrower than its last digit"
            } else if row.measuredLow != nil {
                "with a 95 % interval of \(text(low)) to \(text(high))"
            } else if samples.count == 1 {
                "in a single repeat, so without an interval"
            } else {
                "between \(text(low)) and \(text(high)) in \(samples.count) repeats, too few for an interval"
            }
        let found = "Measured \(text(measured)) \(extent)"
        let range = ClaimRange(claim).predicate
        let (lowest, highest) = (claim.lowest ?? -.infinity, claim.highest ?? .infinity)
        if let difference = claim.notComparable {
            word = "open"
            reason = "\(found). The publication measured something else, so the claim is open. \(difference)"
        } else if low >= lowest && high <= highest {
            word = "holds"
            reason = "\(found): it is \(range), so the claim holds."
        } else if high < lowest || low > highest {
            word = "fails"
            reason = "\(found): it is not \(range), so the claim fails."
        } else {
            word = "open"
            reason = "\(found): only a part of this is \(range), so the claim is open."
        }
    }
}

extension PublishedClaim {
    fileprivate var dependsOnTimes: Bool { quantity.references.contains { SummaryRow.isOfTimes($0.column) } }
}
