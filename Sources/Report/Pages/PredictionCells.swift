import ResultFiles

/// A table row with a prediction that the measurement does not agree with.
struct PredictionCells {
    static let title = "Where formulas and measurement differ"
    static let headings = ["case", "quantity", "predicted", "measured", "formula"]
    /// Columns with text.
    static let words: Set<Int> = [0, 1, 2, 3, 4]
    static let note =
        "The median of the repeats is outside the predicted range, and more than 5 % from the predicted value. In "
        + "brackets the predicted range and that of the repeats; from 6 repeats on, the 95 % confidence interval of "
        + "their median. The formulas are in Results/formulas.md, all predictions in predictions.csv."

    let cells: [String]

    static func all(_ folder: ReportFolder) -> [PredictionCells] {
        PredictionJudgement.all(folder).filter { !$0.agrees }.map(PredictionCells.init)
    }

    private init(_ one: PredictionJudgement) {
        let text = one.quantity.text
        let range = { (low: Double, high: Double) in low == high ? "" : " (\(text(low)) to \(text(high)))" }
        let (low, high) = (one.predicted.low ?? one.predicted.value, one.predicted.high ?? one.predicted.value)
        cells = [
            one.caseID, one.quantity.name, text(one.predicted.value) + range(low, high),
            text(one.measured.median) + range(one.measured.ends.low, one.measured.ends.high), one.predicted.formula,
        ]
    }
}
