import Expressions
import Report
import ResultFiles

extension CapacitySearch.Reading {
    /// What a row says about the condition.
    ///
    /// A server beyond its capacity may fail its clients, so that a row has no valid values. This counts as reached,
    /// unless the load generator was busy itself.
    ///
    /// - Parameters:
    ///   - row: A row of `summary.csv`; `nil` if the run has none.
    ///   - layers: The rows of `layers.csv` of the same run.
    ///   - condition: The condition to stop at.
    init(_ row: SummaryRow?, _ layers: [LayerRow], _ condition: Predicate) {
        guard let row else {
            self = .undecided("the run has no row")
            return
        }
        // As a threshold: passed if it holds, failed if not, open if a value is missing.
        let check = ResultCheck(.threshold, condition)
        let verdict = ResultCheck.rows([check], [row], layers, runID: "", scenario: "").first?.verdict
        switch verdict.flatMap(CheckRow.Verdict.init) {
        case .passed: self = .reached
        case .failed: self = .carried
        case .open, nil:
            let hasFailedClients = (row.errors ?? 0) > 0 || row.delivered != nil && row.expected == nil
            let isLoadBusy = (row.loadCPURatio ?? 0) > BottleneckRules.maximumLoadCPURatio
            let reason = row.invalidReason ?? Self.absence(row, condition)
            self = hasFailedClients && !isLoadBusy ? .reached : .undecided(reason)
        }
    }

    /// Names the columns that the row lacks; those with a point are of layers.
    private static func absence(_ row: SummaryRow, _ condition: Predicate) -> String {
        let columns = condition.references.map(\.column).filter { !$0.contains(".") && row.number($0) == nil }
        if columns.isEmpty { return "a value of the condition is missing" }
        return "\(columns.sorted().joined(separator: ", ")) has no value in this scenario"
    }
}
