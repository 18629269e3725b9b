import ResultFiles

/// Aggregates as a table for papers: a row per case, grouped by condition, and a column per column of `summary.csv`.
///
/// It needs no package except `booktabs`.
package enum LatexTable {
    /// What every such file begins with.
    package static let beginning = "% Medians of the scenario "

    /// - Parameters:
    ///   - folder: One run.
    ///   - columns: Order of the columns; those without a value are left out.
    /// - Returns: A `tabular` that begins with a comment on its figures.
    package static func text(_ folder: ReportFolder, columns: [String] = Aggregates.columnsOfTable) -> String {
        let rows = Aggregates.rows(folder, columns: columns)
        let byColumn = Dictionary(grouping: rows, by: \.column)
        let shown = columns.compactMap { name in byColumn[name].map { Column(name, rows: $0) } }
        let byCase = Dictionary(grouping: rows, by: \.caseID)
        let groups = folder.conditions.flatMap { condition in
            let title = "\\multicolumn{\(shown.count + 2)}{l}{\\emph{\(escaped(condition.title))}} \\\\"
            let cases = condition.cases.compactMap { result in
                byCase[result.caseID].map { line(result.label, $0, shown) }
            }
            return cases.isEmpty ? [] : [title] + cases
        }
        let head = [
            "\(beginning)\(folder.scenario), run \(rows.first?.runID ?? ""), over the n valid repeats of a case.",
            "% In brackets the interval of the median from order statistics, at least 95 % for each figure by itself;",
            "% with fewer than 6 repeats, minimum and maximum.",
            "% Needs \\usepackage{booktabs}.",
            "\\begin{tabular}{lr\(String(repeating: "r", count: shown.count))}", "\\toprule",
            (["", "n"] + shown.map { escaped($0.title) }).joined(separator: " & ") + " \\\\",
            (["", ""] + shown.map(\.unit)).joined(separator: " & ") + " \\\\", "\\midrule",
        ]
        return (head + groups + ["\\bottomrule", "\\end{tabular}"]).map { $0 + "\n" }.joined()
    }

    private static func line(_ label: String, _ rows: [AggregateRow], _ columns: [Column]) -> String {
        let repeats = rows.map(\.repeats).max() ?? 0
        let cells = columns.map { column in cell(rows.first { $0.column == column.name }, column, repeats) }
        return (["\\quad \(escaped(label))", "\(repeats)"] + cells).joined(separator: " & ") + " \\\\"
    }

    private static func cell(_ row: AggregateRow?, _ column: Column, _ repeats: Int) -> String {
        guard let row else { return "--" }
        let (low, high) = (row.low ?? row.minimum, row.high ?? row.maximum)
        let range = row.repeats > 1 && low != high ? " [\(column.text(low)), \(column.text(high))]" : ""
        return column.text(row.median) + range + (row.repeats < repeats ? " ($n=\(row.repeats)$)" : "")
    }

    /// A column with its heading, and one unit for all of its values.
    private struct Column {
        let name: String
        let title: String
        let unit: String
        private let divisor: Double
        private let isCount: Bool

        init(_ name: String, rows: [AggregateRow]) {
            self.name = name
            let known = titles[name]
            isCount = rows.allSatisfy { $0.unit == nil && $0.minimum.rounded() == $0.minimum }
            let isLong = (rows.map(\.median).max() ?? 0) >= 1_000
            switch rows.first?.unit {
            case "us":
                divisor = isLong ? 1_000 : 1
                unit = (isLong ? "ms" : "$\\mu$s") + (known?.per ?? "")
            case "bytes": (divisor, unit) = (1, "B" + (known?.per ?? ""))
            case let other: (divisor, unit) = (1, known?.per ?? escaped(other ?? ""))
            }
            title = known?.title ?? name.replacing("_", with: " ")
        }

        /// Three significant digits, or all of a count, with a minus for LaTeX.
        func text(_ value: Double) -> String {
            let text = isCount ? Figure.fixed(value, decimals: 0) : Figure.significant(value / divisor)
            return text.replacing(",", with: "\\,").replacing("−", with: "$-$")
        }
    }

    /// Headings, and what a value is divided by.
    private static let titles: [String: (title: String, per: String)] = [
        "latency_p50_us": ("delay p50", ""), "latency_p90_us": ("delay p90", ""), "latency_p99_us": ("delay p99", ""),
        "latency_max_us": ("delay max.", ""), "latency_mean_us": ("mean delay", ""),
        "overhead_bytes_per_item": ("overhead", "/item"), "bytes_per_client_s": ("traffic", "B/s per client"),
        "requests_per_client_s": ("requests", "per client and s"), "server_cpu_us_per_item": ("server CPU", "/item"),
    ]

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
