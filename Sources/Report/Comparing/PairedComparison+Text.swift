import Measurement

extension PairedComparison {
    /// The output of `pushlab compare DIR --cases A B`. Lines end in a line feed and have at most 110 columns, unless a
    /// name is longer.
    package var text: String {
        var lines = ["\(directory): \(candidate) compared with \(baseline), paired by repeat", ""]
        lines += ResultTableText.wrapped(summary, indent: 0) + [""] + ResultTableText.wrapped(head, indent: 0)
        for one in comparisons { lines += ["", one.condition] + one.metrics.flatMap(Self.lines) }
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
        if counts.isEmpty { return "Overall: no detectable difference in any of \(all)" }
        return "Overall: \(candidate) is \(counts.joined(separator: " and ")) out of \(all)"
    }

    /// The statistic of each figure.
    private var head: String {
        "Each metric: the verdict with p (two-sided signed-rank test of Wilcoxon, adjusted for all metrics by Holm); "
            + "medians of the repeats in which both cases are valid, \(baseline) → \(candidate); difference, "
            + "\(candidate) minus \(baseline), and ratio, \(candidate) divided by \(baseline) (both Hodges–Lehmann), "
            + "with intervals that all together contain the true values with \(ComparisonFamily.confidenceText) "
            + "probability (Bonferroni). \"No detectable difference\" does not mean \"equal\"."
    }

    private static func lines(_ metric: Metric) -> [String] {
        let name = metric.metric.name.padding(to: 25)
        let figures = figures(metric)
        return ["  \(name) \(finding(metric))"]
            + (figures.isEmpty ? [] : ResultTableText.wrapped(figures.joined(separator: "; "), indent: 4))
    }

    private static func finding(_ metric: Metric) -> String {
        let p = metric.p.map { ", p \(Figure.probability($0))" } ?? ""
        switch metric.finding {
        case .lower: return "lower\(p)"
        case .higher: return "higher\(p)"
        case .noDetectableDifference: return "no detectable difference\(p)"
        case .notMeasured: return "not measured"
        case .tooFewRepeats(let pairs, let needed):
            return "too few repeats for a verdict: \(pairs) pairs; needs at least \(needed)"
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
            figures.append("ratio \(Figure.significant(ratio.estimate))\(Figure.range(ratio, Figure.significant))")
        }
        return figures
    }
}

extension String {
    /// With spaces at its end.
    func padding(to columns: Int) -> String { self + String(repeating: " ", count: max(0, columns - count)) }
}

extension Figure {
    static func probability(_ p: Double) -> String { p < 0.001 ? "below 0.001" : fixed(p, decimals: 3) }

    /// ` (400 µs to 450 µs)`; empty if both ends look the same.
    static func range(_ interval: ConfidenceInterval?, _ text: (Double) -> String) -> String {
        guard let interval, text(interval.low) != text(interval.high) else { return "" }
        return " (\(text(interval.low)) to \(text(interval.high)))"
    }
}
