import Expressions
import Measurement
import ResultFiles

/// The results of a run, by case, for expressions.
struct ResultScope {
    private let rows: [String: [SummaryRow]]
    private let layers: [String: [LayerRow]]
    /// In the order of the run's rows.
    let cases: [NamedCase]

    init(_ summary: [SummaryRow], _ layers: [LayerRow]) {
        rows = Dictionary(grouping: summary, by: \.caseID)
        self.layers = Dictionary(grouping: layers, by: \.caseID)
        cases = summary.map { NamedCase($0) }.distinct()
    }

    /// The valid values of a column of one case, by repeat; `nil` without any.
    func values(of column: String, in one: NamedCase) -> [Int: Double]? {
        let isOfTimes = SummaryRow.isOfTimes(column)
        let valid = (rows[one.id] ?? []).filter { isOfTimes ? $0.hasValidTimes : $0.hasValidBytes }
        let pairs = valid.compactMap { row in
            (row.number(column) ?? bytes(column, row)).map { (row.repetition, $0) }
        }
        return pairs.isEmpty ? nil : Dictionary(pairs) { first, _ in first }
    }

    /// The bytes of a layer, `up.http_head`: its rows of all provenances together.
    private func bytes(_ column: String, _ row: SummaryRow) -> Double? {
        let parts = column.split(separator: ".")
        guard parts.count == 2, let own = layers[row.caseID]?.filter({ $0.repetition == row.repetition }), !own.isEmpty
        else { return nil }
        return Double(own.reduce(0) { $1.direction == parts[0] && $1.layer == parts[1] ? $0 + $1.bytes : $0 })
    }
}

/// The results of the cases that an expression is bound to.
struct BoundScope: ExpressionScope {
    let results: ResultScope
    let binding: CaseBinding

    func values(of reference: ColumnReference) -> [Int: Double]? {
        binding.named(reference).flatMap { results.values(of: reference.column, in: $0) }
    }
}
