import ResultFiles

/// Whether the measurement agrees with the formulas.
enum PredictionSentences {
    /// How many cases agree; those that do not are in ``PredictionCells``.
    ///
    /// - Parameters:
    ///   - folder: The run.
    ///   - file: The file that has the table of these cases; `nil` if it is on the same page.
    /// - Returns: One paragraph; none without predictions.
    static func all(_ folder: ReportFolder, tablesIn file: String? = nil) -> [String] {
        let judged = PredictionJudgement.all(folder)
        let counts = SweepQuantity.predicted.compactMap { quantity -> String? in
            let own = judged.filter { $0.quantity.column == quantity.column }
            if own.isEmpty { return nil }
            return "\(quantity.name) in \(own.count(where: \.agrees)) of \(Figure.counted(own.count, "case"))"
        }
        if counts.isEmpty { return [] }
        let outside = judged.count { !$0.agrees }
        let place = file.map { "in \($0)" } ?? "below"
        let rest = outside == 0 ? "." : ". The \(outside == 1 ? "exception is" : "others are") listed \(place)."
        return ["The formulas agree with the measured \(Figure.list(counts))\(rest)"]
    }
}

/// A prediction compared with what was measured.
///
/// A range wider than the value itself tests nothing: there an allowance for processing decides, not the formula. Such
/// cases are left out.
struct PredictionJudgement {
    let quantity: SweepQuantity
    let caseID: String
    let predicted: PredictionRow
    let measured: Spread

    /// In the order of quantities, then of cases.
    static func all(_ folder: ReportFolder) -> [PredictionJudgement] {
        let results = folder.conditions.flatMap(\.cases)
        return SweepQuantity.predicted.flatMap { quantity in
            results.compactMap { result in
                guard let row = folder.predictions.row(result.caseID, quantity.column),
                    let spread = quantity.spread(result), row.width <= abs(row.value)
                else { return nil }
                return PredictionJudgement(
                    quantity: quantity, caseID: result.caseID, predicted: row, measured: spread)
            }
        }
    }

    /// Of the predicted value.
    private static let tolerance = 0.05

    /// Whether the median of the repeats is within the predicted range, or within 5 % of the predicted value. The noise
    /// of the repeats does not matter, so that a noisier run does not agree more easily.
    var agrees: Bool {
        let (low, high) = (predicted.low ?? predicted.value, predicted.high ?? predicted.value)
        // The file has a limited number of decimals.
        let slack = max(abs(predicted.value) * Self.tolerance, 0.001)
        return low <= measured.median && measured.median <= high || abs(measured.median - predicted.value) <= slack
    }
}

extension PredictionRow {
    /// Of the predicted range.
    fileprivate var width: Double { (high ?? value) - (low ?? value) }
}
