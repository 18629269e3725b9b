import Measurement
import ResultFiles

extension PairedComparison {
    /// ``text(columns:)`` at its widest.
    var text: String { text(columns: ResultTableText.maximumColumns) }

    /// The output of `pushlab compare DIR --cases A B`. Lines end in a line feed and have at most 110 columns, unless a
    /// name is longer.
    ///
    /// - Parameter columns: Width of the terminal.
    /// - Returns: All lines.
    package func text(columns: Int) -> String {
        let layout = ComparisonLayout(columns: columns)
        var lines = ["\(directory): \(candidate) compared with \(baseline), paired by repeat", ""]
        lines += layout.paragraph(summary) + [""] + layout.paragraph(head)
        for one in comparisons {
            lines += ["", one.title]
            lines += one.metrics.flatMap { layout.metric($0.metric.name, Self.finding($0), Self.figures($0)) }
        }
        return lines.map { $0.trimmingTrailingSpaces + "\n" }.joined()
    }

    private var metrics: [Metric] { comparisons.flatMap(\.metrics) }

    private var summary: String {
        let judged = metrics.filter { [.lower, .higher, .noDetectableDifference].contains($0.finding) }
        if judged.isEmpty {
            let needed = metrics.compactMap { metric -> Int? in
                if case .tooFewRepeats(_, let needed) = metric.finding { needed } else { nil }
            }
            guard let count = needed.max() else { return "Overall: nothing that compare tests was measured" }
            return "Overall: no verdict; the run needs \(count) valid repeats or more: pushlab run SCENARIO --repeats "
                + "\(max(count, 8))"
        }
        let counts = [("lower", Metric.Finding.lower), ("higher", .higher)].compactMap { word, finding -> String? in
            let count = judged.count { $0.finding == finding }
            return count > 0 ? "\(count) \(word)" : nil
        }
        let all = Figure.counted(judged.count, "metric")
        let open = metrics.count { if case .tooFewRepeats = $0.finding { true } else { false } }
        let rest = ComparisonLayout.open(open, of: judged.count + open)
        if counts.isEmpty { return "Overall: no detectable difference in any of \(all)\(rest)" }
        return "Overall: \(candidate) is \(counts.joined(separator: " and ")) out of \(all)\(rest)"
    }

    /// The statistic of each figure.
    private var head: String {
        "Each metric: the verdict with p (two-sided signed-rank test of Wilcoxon, adjusted for all metrics by "
            + "Bonferroni); medians of the repeats in which both cases are valid, \(baseline) → \(candidate); "
            + "difference, \(candidate) minus \(baseline), and ratio, \(candidate) divided by \(baseline) (both "
            + "Hodges–Lehmann), with the intervals that the test does not reject: lower or higher if they exclude 0 "
            + "and 1. All intervals together contain the true values with \(ComparisonFamily.confidenceText) "
            + "probability. \"No detectable difference\" does not mean \"equal\"."
    }

    private static func finding(_ metric: Metric) -> String {
        let p = metric.p.map { ", p \(Figure.probability($0))" } ?? ""
        switch metric.finding {
        case .lower: return "lower\(p)"
        case .higher: return "higher\(p)"
        case .noDetectableDifference: return "no detectable difference\(p)"
        case .notMeasured: return "not measured"
        case .tooFewRepeats(let pairs, let needed):
            return "too few repeats for a verdict: \(Figure.counted(pairs, "pair")); needs at least \(needed)"
        }
    }

    private static func figures(_ metric: Metric) -> [String] {
        guard let medians = metric.medians else { return [] }
        let text = metric.metric.text
        var figures = ["\(text(medians.baseline)) → \(text(medians.candidate))"]
        if let difference = metric.difference {
            figures.append("difference \(text(difference.estimate))\(Figure.range(difference, text))")
        }
        if let ratio = metric.ratio {
            figures.append("ratio \(Figure.ratio(ratio.estimate))\(Figure.range(ratio, Figure.ratio))")
        }
        return figures
    }
}

extension String {
    /// With spaces at its end.
    func padding(to columns: Int) -> String { self + String(repeating: " ", count: max(0, columns - count)) }
}

extension Figure {
    /// Three significant digits, and more where these would put it on the other side of the significance: `0.0195`.
    static func probability(_ p: Double) -> String {
        if p < 0.000_001 { return "< 1e-6" }
        let limit = ComparisonFamily.significance
        let texts = (3...9).lazy.compactMap { p.fieldText(digits: $0) }
        return texts.first { (Double(field: $0) ?? 0 < limit) == (p < limit) } ?? "\(p)"
    }

    /// Three significant digits, and more where these would make it 1: `0.9996`.
    static func ratio(_ value: Double) -> String {
        if value == 1 || !(0.995..<1.005).contains(value) { return significant(value) }
        let texts = (3...9).lazy.map { fixed(value, decimals: $0) }
        return texts.first { Double(field: $0) != 1 } ?? "\(value)"
    }

    /// ` (400 µs to 450 µs)`; empty if both ends look the same.
    static func range(_ interval: ConfidenceInterval?, _ text: (Double) -> String) -> String {
        guard let interval, text(interval.low) != text(interval.high) else { return "" }
        return " (\(text(interval.low)) to \(text(interval.high)))"
    }
}
