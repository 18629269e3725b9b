import ResultFiles

/// What the formulas predict for the cases of a run.
struct Predictions {
    private let rows: [String: [String: PredictionRow]]

    init(_ rows: [PredictionRow]) {
        self.rows = Dictionary(grouping: rows, by: \.caseID).mapValues { rows in
            Dictionary(rows.map { ($0.quantity, $0) }) { first, _ in first }
        }
    }

    var isEmpty: Bool { rows.isEmpty }

    /// The prediction for a column of `summary.csv`.
    func row(_ caseID: String, _ quantity: String) -> PredictionRow? { rows[caseID]?[quantity] }
}
