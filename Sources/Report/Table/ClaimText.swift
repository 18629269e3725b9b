import Measurement
import ResultFiles

/// The verdicts on published claims as text.
package enum ClaimText {
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - columns: Width of the terminal.
    /// - Returns: Lines that end in a line feed; empty if the run has no claims.
    package static func terminal(_ folder: ReportFolder, columns: Int) -> String {
        text(folder.claims, columns: min(columns, ResultTableText.maximumColumns))
    }

    static func text(_ claims: [ClaimRow], columns: Int) -> String {
        if claims.isEmpty { return "" }
        var lines = ["Published claims"] + WrappedText.lines(ClaimFigures.note(claims), columns: columns, indent: 2)
        for claim in claims {
            let figures = ClaimFigures(claim)
            let head = "\(figures.verdict): \(claim.statement)"
            lines += [""] + WrappedText.lines(head, columns: columns, indent: 2, hanging: 2)
            lines += WrappedText.lines("\(claim.claimID); source: \(claim.source)", columns: columns, indent: 4)
            lines += WrappedText.lines(figures.sentence, columns: columns, indent: 4)
            lines += figures.remarks.flatMap { WrappedText.lines($0, columns: columns, indent: 4) }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
