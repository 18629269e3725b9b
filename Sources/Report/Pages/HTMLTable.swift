/// A table of an HTML page, which scrolls sideways by itself where the window is too narrow.
struct HTMLTable {
    let caption: String
    /// An empty heading has an empty cell.
    let headings: [String]
    /// Whole `tr` elements.
    let body: [String]
    /// Columns with text.
    var words: Set<Int> = []

    var text: String {
        let head = headings.enumerated().map { column, heading in
            let look = words.contains(column) ? " class=\"words\"" : ""
            return heading.isEmpty ? "<td></td>" : "<th scope=\"col\"\(look)>\(heading.markupEscaped)</th>"
        }.joined()
        return """
            <div class="wide" tabindex="0" role="region" aria-label="\(caption.markupEscaped)"><table>
            <caption>\(caption.markupEscaped)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    /// A row of plain text whose first cell is its heading. `words` are the columns with text that wraps.
    static func row(_ cells: [String], words: Set<Int>) -> String {
        let tagged = cells.enumerated().map { column, cell in
            let look = words.contains(column) ? " class=\"words\"" : ""
            return column == 0
                ? "<th scope=\"row\"\(look)>\(cell.markupEscaped)</th>"
                : "<td\(look)>\(verdict(cell) ?? cell.pageText)</td>"
        }
        return "<tr>\(tagged.joined())</tr>"
    }

    /// A verdict with its sign, so that it does not depend on colour.
    static func verdict(_ word: String) -> String? {
        guard let sign = VerdictSign(word) else { return nil }
        return "<span class=\"verdict \(sign.kind)\">\(sign.sign) \(word.markupEscaped)</span>"
    }
}

/// The sign of a verdict's word.
struct VerdictSign {
    let sign: String
    /// The class on a page.
    let kind: String

    /// - Returns: `nil` for other words.
    init?(_ word: String) {
        switch word {
        case "holds", "passed": (sign, kind) = ("✓", "good")
        case "fails", "failed": (sign, kind) = ("✗", "bad")
        case "open": (sign, kind) = ("?", "open")
        default: return nil
        }
    }
}
