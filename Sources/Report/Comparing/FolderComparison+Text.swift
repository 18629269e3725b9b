import Measurement

extension FolderComparison {
    /// The output of `pushlab compare`. Lines end in a line feed and have at most 110 columns, unless a name is longer.
    package var text: String {
        var lines = ["baseline   \(names.baseline)", "candidate  \(names.candidate)", ""]
        for warning in warnings { lines += ResultTableText.wrapped("warning: \(warning)", indent: 0) + [""] }
        lines += ResultTableText.wrapped(summary, indent: 0)
        for one in cases { lines += [""] + Self.lines(one) }
        lines += Self.missing(onlyInBaseline, from: "baseline") + Self.missing(onlyInCandidate, from: "candidate")
        lines += notes.flatMap { [""] + ResultTableText.wrapped($0, indent: 0) }
        return lines.map { $0.trimmingTrailingSpaces + "\n" }.joined()
    }

    /// All verdicts in one sentence.
    private var summary: String {
        if cases.isEmpty { return "Overall: nothing to compare; the runs have no case in common" }
        let found = verdicts.compactMap { verdict -> Verdict? in
            switch verdict.finding {
            case .verdict(let word): word
            case .withinDrift: .noDetectableDifference
            case .tooFewRepeats, .notMeasured: nil
            }
        }
        if found.isEmpty { return "Overall: no verdict; \(neededRepeats)" }
        let counts = [Verdict.worse, .better].compactMap { word -> String? in
            let count = found.count { $0 == word }
            return count > 0 ? "\(count) \(word.rawValue)" : nil
        }
        let all = Figure.counted(found.count, "metric")
        if counts.isEmpty { return "Overall: no detectable difference in any of \(all)" }
        return "Overall: \(counts.joined(separator: ", ")) out of \(all)"
    }

    private var neededRepeats: String {
        let needed = verdicts.compactMap { verdict -> Int? in
            if case .tooFewRepeats(_, _, let needed) = verdict.finding { needed } else { nil }
        }
        guard let count = needed.max() else { return "nothing that compare tests was measured" }
        return "each run needs \(count) valid repeats or more: pushlab run SCENARIO --repeats \(max(count, 8))"
    }

    private var notes: [String] {
        [
            "Medians of the valid repeats, with confidence intervals from order statistics (at least 95 %, from 6 "
                + "repeats on). Shift: candidate minus baseline (Hodges–Lehmann). Ratio: median of the candidate "
                + "divided by median of the baseline (bootstrap). Shift and ratio have separate 95 % confidence "
                + "intervals. p: two-sided Mann–Whitney test, adjusted for all metrics (Holm): two equal runs show any "
                + "difference in at most 5 of 100 comparisons. Lower is better. \"No detectable difference\" does not "
                + "mean \"equal\"."
        ] + (areConsecutive ? [consecutiveNote] : [])
    }

    private var consecutiveNote: String {
        "One run ended before the other began, so a change of the machine may look like a difference. To rule this "
            + "out, interleave the runs: run both alternately with --repeats 1, then merge the runs of each (pushlab "
            + "merge)."
    }

    private static func lines(_ one: Case) -> [String] {
        let differences = one.differences.isEmpty ? [] : ["settings differ: " + one.differences.joined(separator: ", ")]
        return [one.caseID] + (repeats(one.repeats) + differences).flatMap { ResultTableText.wrapped($0, indent: 2) }
            + one.verdicts.flatMap(lines)
    }

    /// One line if the same number of repeats has valid times and valid bytes.
    private static func repeats(_ kinds: [FolderComparison.Repeats]) -> [String] {
        let isOne = Set(kinds.map(\.valid)).count == 1
        let counts = (isOne ? Array(kinds.prefix(1)) : kinds).map { kind in
            "repeats\(isOne ? "" : " with valid \(kind.kind)"): \(kind.valid[0]) and \(kind.valid[1])"
        }
        let invalid = kinds[0].invalid
        let left = "invalid repeats left out: \(invalid[0]) of the baseline, \(invalid[1]) of the candidate"
        return counts + (isOne && invalid != [0, 0] ? [left] : [])
    }

    private static func lines(_ verdict: MetricVerdict) -> [String] {
        let metric = ComparedMetric.all.first { $0.name == verdict.metric }
        let text = { (value: Double) in metric?.text(value) ?? Figure.missing }
        let name = verdict.metric + String(repeating: " ", count: max(0, 25 - verdict.metric.count))
        let figures = figures(verdict, text)
        return ["  \(name) \(finding(verdict, text))"]
            + (figures.isEmpty ? [] : ResultTableText.wrapped(figures.joined(separator: "; "), indent: 4))
    }

    private static func finding(_ verdict: MetricVerdict, _ text: (Double) -> String) -> String {
        switch verdict.finding {
        case .verdict(let word): verdict.p.map { "\(word.rawValue), p \(probability($0))" } ?? "\(word.rawValue)"
        case .withinDrift(let drift): "no detectable difference: values within one run drifted by \(text(drift))"
        case .notMeasured: "not measured"
        case .tooFewRepeats(let before, let after, let needed):
            "too few repeats for a verdict: \(before) and \(after); needs at least \(needed) per run"
        }
    }

    private static func figures(_ verdict: MetricVerdict, _ text: (Double) -> String) -> [String] {
        guard let before = verdict.baseline, let after = verdict.candidate else { return [] }
        let medians = [before, after].map { side in text(side.value) + range(side.interval, text) }
        let shift = verdict.shift.map { "shift \(text($0.estimate))\(range($0, text))" }
        let ratio = verdict.ratio.map { "ratio \(Figure.significant($0.estimate))\(range($0, Figure.significant))" }
        return [medians.joined(separator: " → ")] + [shift, ratio].compactMap { $0 }
    }

    private static func range(_ interval: ConfidenceInterval?, _ text: (Double) -> String) -> String {
        guard let interval, text(interval.low) != text(interval.high) else { return "" }
        return " (\(text(interval.low)) to \(text(interval.high)))"
    }

    private static func probability(_ p: Double) -> String {
        p < 0.001 ? "below 0.001" : Figure.fixed(p, decimals: 3)
    }

    private static func missing(_ caseIDs: [String], from folder: String) -> [String] {
        caseIDs.isEmpty ? [] : ["", "Only in the \(folder):"] + caseIDs.map { "  \($0)" }
    }
}
