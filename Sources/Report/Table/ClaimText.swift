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
        var lines = ["Published claims"]
        for claim in claims {
            let verdict = claim.verdict + String(repeating: " ", count: max(0, 6 - claim.verdict.count))
            let head = "  \(verdict)\(claim.claimID): \(claim.statement) (\(claim.source))"
            lines += WrappedText.lines(head.trimmed, columns: columns, indent: 2, hanging: 6)
            lines += WrappedText.lines(figures(claim), columns: columns, indent: 8)
            for remark in [claim.reason, claim.note ?? ""] where !remark.isEmpty {
                lines += WrappedText.lines(remark, columns: columns, indent: 8)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func figures(_ claim: ClaimRow) -> String {
        func text(_ value: Double) -> String {
            Figure.measured(value, unit: claim.quantityUnit)
        }
        let predicted = claim.predicted.map(text) ?? Figure.missing
        let origin =
            switch claim.origin.flatMap(PublishedClaim.Origin.init) {
            case .derived: "derived"
            case .chosen: "chosen here"
            case .published, nil: "published"
            }
        return "\(claim.quantity): \(origin) \(ClaimRange.text(claim)), predicted \(predicted), measured "
            + (claim.measured.map(text) ?? Figure.missing)
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
