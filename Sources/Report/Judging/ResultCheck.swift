import Expressions
import Measurement
import ResultFiles

/// A condition that the results of a run must fulfil, or must not.
package struct ResultCheck: Sendable, Equatable {
    package let origin: CheckRow.Origin
    package let predicate: Predicate

    package init(_ origin: CheckRow.Origin, _ predicate: Predicate) {
        self.origin = origin
        self.predicate = predicate
    }

    /// Whether the condition names a case that a run of one transport does not have.
    package func names(anotherCaseThan transport: String) -> Bool {
        predicate.references.contains { $0.subject != nil && $0.subject != transport }
    }

    /// Judges each case, or group of comparable cases, that the condition names.
    func rows(_ results: ResultScope, runID: String, scenario: String) -> [CheckRow] {
        CaseBinding.all(of: predicate.references, among: results.cases).map { binding in
            let scope = BoundScope(results: results, binding: binding)
            var row = CheckRow()
            (row.runID, row.scenario, row.origin) = (runID, scenario, origin.rawValue)
            row.condition = predicate.text
            row.caseIDs = binding.cases.map(\.id).joined(separator: " ")
            let columns = predicate.references.map { ($0, scope.values(of: $0)) }
                .sorted { $0.0.text < $1.0.text }
            row.values = columns.compactMap { reference, values in
                values.flatMap { Quantile.median(of: Array($0.values)) }.map { "\(reference.text)=\(Figure.plain($0))" }
            }.joined(separator: " ")
            let repeats = columns.map { Set(($0.1 ?? [:]).keys) }
            row.repeats = repeats.dropFirst().reduce(repeats.first ?? []) { $0.intersection($1) }.count
            row.verdict = verdict(predicate.holds(in: scope)).rawValue
            return row
        }
    }

    private func verdict(_ holds: Bool?) -> CheckRow.Verdict {
        guard let holds else { return .open }
        switch origin {
        case .threshold: return holds ? .passed : .failed
        case .failIf: return holds ? .failed : .passed
        case .until: return holds ? .passed : .open
        }
    }
}

extension ResultCheck {
    /// Judges conditions by the rows of a run.
    ///
    /// - Returns: A row per condition and case that it concerns, in this order.
    package static func rows(
        _ checks: [ResultCheck], _ summary: [SummaryRow], _ layers: [LayerRow], runID: String, scenario: String
    ) -> [CheckRow] {
        let results = ResultScope(summary, layers)
        return checks.flatMap { $0.rows(results, runID: runID, scenario: scenario) }
    }
}
