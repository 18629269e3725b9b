import Report
import ResultFiles
import Scenario

/// `--until`: which cases need another repeat.
struct RepeatRule: Sendable {
    /// The conditions at which the repeats of a case end: all of them must hold.
    let conditions: [ResultCheck]
    /// The most repeats per case.
    let most: Int

    /// The cases of each condition that does not hold or that their repeats cannot decide, in a run with this many
    /// repeats.
    func unsettled(_ results: RunResults, after repeats: Int) -> Set<String> {
        if repeats >= most { return [] }
        let rows = ResultCheck.rows(conditions, results.summary, results.layers, runID: "", scenario: "")
        let open = rows.filter { $0.verdict != CheckRow.Verdict.passed.rawValue }
        return Set(open.flatMap(\.cases))
    }
}

extension CheckRow {
    fileprivate var cases: [String] { caseIDs.split(separator: " ").map(String.init) }
}

/// Adds a repeat of each case until its conditions hold.
struct RepeatSource: StepSource {
    let rule: RepeatRule
    let scenario: Scenario
    /// The repeats so far.
    private(set) var repeats: Int
    let makeStep: @Sendable (PlannedRun) -> RunPlan.Step

    init(
        _ rule: RepeatRule, of scenario: Scenario, after repeats: Int,
        makeStep: @escaping @Sendable (PlannedRun) -> RunPlan.Step
    ) {
        self.rule = rule
        self.scenario = scenario
        self.repeats = repeats
        self.makeStep = makeStep
    }

    mutating func next(after results: RunResults) -> [RunPlan.Step] {
        let unsettled = rule.unsettled(results, after: repeats)
        if unsettled.isEmpty { return [] }
        repeats += 1
        return RunOrder.round(repeats, of: unsettled, in: scenario).map(makeStep)
    }
}
