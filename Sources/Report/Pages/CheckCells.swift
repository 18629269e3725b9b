import ResultFiles

/// A table row with a condition on the results and its verdict.
struct CheckCells {
    static let headings = ["condition", "verdict", "medians", "repeats", "cases"]
    /// Columns with text.
    static let words: Set<Int> = [0, 1, 2, 4]
    static let note =
        "A threshold of the scenario must hold; a condition of --fail-if must not. Open: a value that decides the "
        + "condition is missing."

    let cells: [String]

    init(_ check: CheckRow) {
        let isThreshold = check.origin == CheckRow.Origin.threshold.rawValue
        cells = [
            (isThreshold ? "" : "fail if: ") + check.condition, check.verdict,
            check.values.isEmpty ? Figure.missing : check.values, String(check.repeats), check.caseIDs,
        ]
    }
}
