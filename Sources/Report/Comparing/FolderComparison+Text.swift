import Measurement

extension FolderComparison {
    /// What `pushlab compare` prints: lines that end in a line feed, at most 110 columns where names allow.
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
        if cases.isEmpty { return "In all: nothing to compare; the folders have no case in common" }
        let found = verdicts.compactMap { verdict -> Verdict? in
            switch verdict.finding {
            case .verdict(let word): word
            case .drowned: .noDetectableDifference
            case .tooFewRepeats, .notMeasured: nil
            }
        }
        if found.isEmpty { return "In all: nothing can be told; there are too few repeats" }
        let counts = [Verdict.worse, .better].compactMap { word -> String? in
            let count = found.count { $0 == word }
            return count > 0 ? "\(count) \(word.rawValue)" : nil
        }
        let all = Figure.counted(found.count, "metric")
        if counts.isEmpty { return "In all: no detectable difference in any of \(all)" }
        return "In all: \(counts.joined(separator: ", ")) of \(all)"
    }

    private var notes: [String] {
        [
            "Medians of the valid repeats with intervals between order statistics (at least 95 %, from 6 repeats on). "
                + "Shift: candidate minus baseline (Hodges–Lehmann). Ratio: candidate's median over baseline's "
                + "(bootstrap). Both with 95 % intervals, each by itself. p: Mann–Whitney, two-sided, adjusted for all "
                + "lines (Holm): two equal runs differ anywhere in at most 5 of 100 comparisons. Lower is better. \"No "
                + "detectable difference\" is not \"equal\"."
        ] + (areApart ? [apart] : [])
    }

    private var apart: String {
        "One run was over before the other began, so a difference may be the machine's and not the program's. Measure "
            + "in turns to tell: run both with --repeats 1 alternately, then merge each one's runs (pushlab merge)."
    }

    private static func lines(_ one: Case) -> [String] {
        let differences = one.differences.isEmpty ? [] : ["settings differ: " + one.differences.joined(separator: ", ")]
        return [one.caseID] + (repeats(one.repeats) + differences).flatMap { ResultTableText.wrapped($0, indent: 2) }
            + one.verdicts.flatMap(lines)
    }

    /// One line where times and bytes are valid in the same repeats.
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
        case .drowned(let drift): "no detectable difference: one run moved by \(text(drift)) itself"
        case .notMeasured: "not measured"
        case .tooFewRepeats(let before, let after, let needed):
            "too few repeats to tell: \(before) and \(after), at least \(needed) a side"
        }
    }

    private static func figures(_ verdict: MetricVerdict, _ text: (Double) -> String) -> [String] {
        guard let before = verdict.baseline, let after = verdict.candidate else { return [] }
        let medians = [before, after].map { middle in text(middle.median) + range(middle.interval, text) }
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
