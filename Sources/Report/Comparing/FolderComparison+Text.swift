import Measurement

extension FolderComparison {
    /// ``text(columns:)`` at its widest.
    var text: String { text(columns: ResultTableText.maximumColumns) }

    /// The output of `pushlab compare`. Lines end in a line feed and have at most 110 columns, unless a name is longer.
    ///
    /// - Parameter columns: Width of the terminal.
    /// - Returns: All lines.
    package func text(columns: Int) -> String {
        let layout = ComparisonLayout(columns: columns)
        var lines = ["baseline   \(names.baseline)", "candidate  \(names.candidate)", ""]
        for warning in warnings { lines += layout.paragraph("warning: \(warning)") + [""] }
        lines += layout.paragraph(summary) + [""] + layout.paragraph(Self.head)
        for one in cases { lines += [""] + Self.lines(one, layout) }
        lines += Self.missing(onlyInBaseline, from: "baseline") + Self.missing(onlyInCandidate, from: "candidate")
        if areConsecutive { lines += [""] + layout.paragraph(Self.consecutiveNote) }
        return lines.map { $0.trimmingTrailingSpaces + "\n" }.joined()
    }

    /// All verdicts in one sentence.
    private var summary: String {
        if cases.isEmpty { return "Overall: nothing to compare; the runs have no case in common" }
        let judged = verdicts + deliveries.filter { !$0.isSilent }.map(\.verdict)
        let found = judged.compactMap { verdict -> Verdict? in
            switch verdict.finding {
            case .verdict(let word): word
            case .withinDrift: .noDetectableDifference
            case .tooFewRepeats, .notMeasured: nil
            }
        }
        if found.isEmpty { return "Overall: no verdict; \(neededRepeats)\(lacking)" }
        let open = judged.count { if case .tooFewRepeats = $0.finding { true } else { false } }
        let rest = ComparisonLayout.open(open, of: found.count + open) + lacking
        let counts = [Verdict.worse, .better].compactMap { word -> String? in
            let count = found.count { $0 == word }
            return count > 0 ? "\(count) \(word.rawValue)" : nil
        }
        let all = Figure.counted(found.count, "metric")
        if counts.isEmpty { return "Overall: no detectable difference in any of \(all)\(rest)" }
        return "Overall: \(counts.joined(separator: ", ")) out of \(all)\(rest)"
    }

    /// `; the candidate lacks 1 case of the baseline`.
    private var lacking: String {
        [("candidate", onlyInBaseline, "baseline"), ("baseline", onlyInCandidate, "candidate")].map { run, ids, other in
            ids.isEmpty ? "" : "; the \(run) lacks \(Figure.counted(ids.count, "case")) of the \(other)"
        }.joined()
    }

    private var neededRepeats: String {
        let needed = verdicts.compactMap { verdict -> Int? in
            if case .tooFewRepeats(_, _, let needed) = verdict.finding { needed } else { nil }
        }
        guard let count = needed.max() else { return "nothing that compare tests was measured" }
        return "each run needs \(count) valid repeats or more: pushlab run SCENARIO --repeats \(max(count, 8))"
    }

    /// The statistic of each figure.
    private static let head =
        "Each metric: the verdict with p (two-sided Mann–Whitney test, adjusted for all metrics by Bonferroni); "
        + "medians of the valid repeats, baseline → candidate; shift, candidate minus baseline, and ratio, candidate "
        + "divided by baseline (both Hodges–Lehmann), with the intervals that the test does not reject: better or "
        + "worse if they exclude 0 and 1. All intervals together contain the true values with "
        + "\(ComparisonFamily.confidenceText) probability; two equal runs show any difference in at most "
        + "\(Figure.fixed(ComparisonFamily.significance * 100, decimals: 0)) of 100 comparisons. Lower is better. \"No "
        + "detectable difference\" does not mean \"equal\"."

    private static let consecutiveNote =
        "One run ended before the other began, so a change of the machine may look like a difference. To rule this "
        + "out, interleave the runs: run both alternately with --repeats 1, then merge the runs of each (pushlab "
        + "merge)."

    private static func lines(_ one: Case, _ layout: ComparisonLayout) -> [String] {
        let differences = one.differences.isEmpty ? [] : ["settings differ: " + one.differences.joined(separator: ", ")]
        var lines = [one.caseID]
        for text in repeats(one.repeats) + differences { lines += layout.paragraph(text, indent: 2) }
        for verdict in one.verdicts { lines += Self.lines(verdict, layout) }
        for deliveries in one.deliveries where !deliveries.isSilent { lines += Self.lines(deliveries, layout) }
        return lines
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

    private static func lines(_ delivery: DeliveryVerdict, _ layout: ComparisonLayout) -> [String] {
        let verdict = delivery.verdict
        let repeats = zip(delivery.affected, verdict.repeats).map { "\($0) of \($1)" }
        return lines(verdict, layout)
            + layout.paragraph("in \(repeats[0]) repeats of the baseline, \(repeats[1]) of the candidate", indent: 4)
    }

    private static func lines(_ verdict: MetricVerdict, _ layout: ComparisonLayout) -> [String] {
        let metric = (ComparedMetric.all + ComparedMetric.deliveries).first { $0.name == verdict.metric }
        let text = { (value: Double) in metric?.text(value) ?? Figure.missing }
        return layout.metric(verdict.metric, finding(verdict, text), figures(verdict, text))
    }

    private static func finding(_ verdict: MetricVerdict, _ text: (Double) -> String) -> String {
        switch verdict.finding {
        case .verdict(let word): verdict.p.map { "\(word.rawValue), p \(Figure.probability($0))" } ?? "\(word.rawValue)"
        case .withinDrift(let drift):
            "no detectable difference: values within one run drifted by \(text(drift)), which widens the interval"
        case .notMeasured: "not measured"
        case .tooFewRepeats(let before, let after, let needed):
            "too few repeats for a verdict: \(before) and \(after); needs at least \(needed) per run"
        }
    }

    private static func figures(_ verdict: MetricVerdict, _ text: (Double) -> String) -> [String] {
        guard let before = verdict.baseline, let after = verdict.candidate else { return [] }
        let medians = [before, after].map(text)
        let shift = verdict.shift.map { "shift \(text($0.estimate))\(Figure.range($0, text))" }
        let ratio = verdict.ratio.map { ratio in
            "ratio \(Figure.ratio(ratio.estimate))\(Figure.range(ratio, Figure.ratio))"
        }
        return [medians.joined(separator: " → ")] + [shift, ratio].compactMap { $0 }
    }

    private static func missing(_ caseIDs: [String], from folder: String) -> [String] {
        caseIDs.isEmpty ? [] : ["", "Only in the \(folder):"] + caseIDs.map { "  \($0)" }
    }
}
