import ResultFiles

/// Whether the measurement agrees with the formulas, and where it leaves them.
enum PredictionSentences {
    private static let mostQuoted = 3

    static func all(_ folder: ReportFolder) -> [String] {
        let results = folder.conditions.flatMap(\.cases)
        return SweepQuantity.predicted.compactMap { sentence($0, results, folder.predictions) }
    }

    static func sentence(_ quantity: SweepQuantity, _ results: [CaseResult], _ predictions: Predictions) -> String? {
        let compared = results.compactMap { result -> (name: String, agrees: Bool, text: String)? in
            guard let row = predictions.row(result.caseID, quantity.column), let spread = quantity.spread(result) else {
                return nil
            }
            let (low, high) = (row.low ?? row.value, row.high ?? row.value)
            // The file has a limited number of decimals.
            let slack = max(abs(row.value) * 1e-6, 0.001)
            let agrees = low - slack <= spread.ends.high && spread.ends.low <= high + slack
            let text =
                "\(result.caseID) (predicted \(quantity.text(row.value)), measured \(quantity.text(spread.median)))"
            return (result.caseID, agrees, text)
        }
        guard !compared.isEmpty else { return nil }
        let outside = compared.filter { !$0.agrees }
        let start =
            "\(capitalized(quantity.name)): measurement and formula agree in \(compared.count - outside.count) of "
            + Figure.counted(compared.count, "case")
        if outside.isEmpty { return start + "." }
        let rest = outside.count > mostQuoted ? " and \(outside.count - mostQuoted) more" : ""
        return start + "; outside the range of the repeats: "
            + outside.prefix(mostQuoted).map(\.text).joined(separator: ", ") + rest + "."
    }
}
