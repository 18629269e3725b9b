import ResultFiles

/// Aggregates as a table for papers: a row per case, a column per column of `summary.csv`.
///
/// It needs no package except `booktabs`.
package enum LatexTable {
    /// - Parameters:
    ///   - rows: Of one run.
    ///   - columns: Order of the columns; those without a value are left out.
    /// - Returns: A `tabular` that begins with a comment on its figures.
    package static func text(_ rows: [AggregateRow], columns: [String]) -> String {
        let shown = columns.filter { column in rows.contains { $0.column == column } }
        var cases: [String] = []
        for row in rows where !cases.contains(row.caseID) { cases.append(row.caseID) }
        let byCell = Dictionary(rows.map { ([$0.caseID, $0.column], $0) }) { first, _ in first }
        let units = Dictionary(rows.map { ($0.column, $0.unit) }) { first, _ in first }
        let headings = ["case", "n"] + shown.map { heading($0, unit: units[$0] ?? nil) }
        let lines = cases.map { id in
            let own = shown.map { byCell[[id, $0]] }
            let repeats = own.compactMap { $0?.repeats }.max() ?? 0
            return ([escaped(id), "\(repeats)"] + own.map { cell($0, repeats) }).joined(separator: " & ") + " \\\\"
        }
        let head = [
            "% \(rows.first?.scenario ?? ""), run \(rows.first?.runID ?? "").",
            "% Medians over the n valid repeats of a case. In brackets the interval of the median from order",
            "% statistics, at least 95 % for each figure by itself; with fewer than 6 repeats, minimum and maximum.",
            "% Needs \\usepackage{booktabs}.",
            "\\begin{tabular}{lr\(String(repeating: "r", count: shown.count))}", "\\toprule",
            headings.joined(separator: " & ") + " \\\\", "\\midrule",
        ]
        return (head + lines + ["\\bottomrule", "\\end{tabular}"]).map { $0 + "\n" }.joined()
    }

    private static func heading(_ column: String, unit: String?) -> String {
        escaped(column) + (unit.map { " [\(escaped($0))]" } ?? "")
    }

    private static func cell(_ row: AggregateRow?, _ repeats: Int) -> String {
        guard let row else { return "--" }
        let (low, high) = (row.low ?? row.minimum, row.high ?? row.maximum)
        let isCount = [row.median, low, high].allSatisfy { $0.rounded() == $0 }
        let figure = { (value: Double) in Self.figure(value, isCount: isCount) }
        let range = row.repeats > 1 && low != high ? " [\(figure(low)), \(figure(high))]" : ""
        return figure(row.median) + range + (row.repeats < repeats ? " ($n=\(row.repeats)$)" : "")
    }

    /// A whole number or three significant digits, with a minus for LaTeX.
    private static func figure(_ value: Double, isCount: Bool) -> String {
        (isCount ? Figure.fixed(value, decimals: 0) : Figure.significant(value)).replacing(",", with: "\\,").replacing(
            "−", with: "$-$")
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += "\\textbackslash{}"
            case "~": escaped += "\\textasciitilde{}"
            case "^": escaped += "\\textasciicircum{}"
            case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(character)"
            default: escaped.append(character)
            }
        }
    }
}
