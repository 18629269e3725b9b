import ResultFiles

/// The published claims of a run on pages: a block per claim, because its texts are too long for the cells of a table.
enum ClaimBlocks {
    static let title = "Published claims"

    // MARK: HTML

    /// Empty without claims.
    static func html(_ claims: [ClaimRow]) -> [String] {
        if claims.isEmpty { return [] }
        return ["<p class=\"notes\">\(ClaimFigures.note(claims).pageText)</p>"] + claims.map(html)
    }

    private static func html(_ claim: ClaimRow) -> String {
        let figures = ClaimFigures(claim)
        let verdict = HTMLTable.verdict(claim.verdict) ?? claim.verdict.pageText
        let rows = [
            (figures.bounds.origin, figures.bounds.text), ("predicted", figures.predicted),
            ("measured", figures.measured), ("95 % interval", figures.interval), ("repeats", "\(claim.repeats)"),
        ].filter { !$0.1.isEmpty }.map { name, value in
            "<tr><th scope=\"row\">\(name.pageText)</th><td>\(value.pageText)</td></tr>"
        }
        let remarks = figures.remarks.enumerated().map { index, text in
            "<p\(index == 0 ? "" : " class=\"notes\"")>\(text.pageText)</p>"
        }
        return """
            <article class="claim">
            <h3>\(verdict): \(claim.statement.pageText)</h3>
            <p class="notes">\(claim.claimID.pageText); source: \(claim.source.pageText)</p>
            <div class="evidence">
            <table><caption>\(claim.quantity.pageText)</caption><tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table>
            <div>\(remarks.joined(separator: "\n"))</div>
            </div></article>
            """
    }

    // MARK: Markdown

    /// A table of the figures, then a paragraph per claim; empty without claims.
    static func markdown(_ claims: [ClaimRow]) -> [String] {
        if claims.isEmpty { return [] }
        let rows = claims.map { claim -> [String] in
            let figures = ClaimFigures(claim)
            return [
                claim.claimID, figures.verdict, figures.boundsWithOrigin, figures.predicted,
                figures.measuredWithInterval, "\(claim.repeats)",
            ]
        }
        let headings = ["claim", "verdict", "published", "predicted", "measured (95 % interval)", "repeats"]
        return [
            "## \(title)\n", ClaimFigures.note(claims).markdownEscaped + "\n", MarkdownTable.text(headings, rows),
        ] + claims.map(paragraph)
    }

    private static func paragraph(_ claim: ClaimRow) -> String {
        let figures = ClaimFigures(claim)
        let head = "**\(claim.claimID.markdownEscaped) – \(figures.verdict): \(claim.statement.markdownEscaped)**"
        let source = "Source: \(claim.source). Compared: \(claim.quantity)."
        return ([head] + ([source] + figures.remarks).map(\.markdownEscaped)).joined(separator: " ") + "\n"
    }
}
