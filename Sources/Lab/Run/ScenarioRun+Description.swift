import Expressions
import Measurement
import Report
import ResultFiles
import Scenario

extension ScenarioRun {
    /// What the run will do: the ids of its cases, what servers do not carry, the number and time of the cases, and
    /// what their repeats cannot tell.
    package var description: [String] {
        scenario.cases.map(\.id) + [scenario.leftOutNote, counts, most].compactMap(\.self) + repeatNotes
    }

    /// Number of runs of cases that are planned.
    package var runCount: Int { order.runs.count }
    /// Their warm-up and measurement.
    package var measuringTime: Duration { measuringTime(of: order.runs) }
    /// Starting and stopping of processes included.
    package var estimate: Duration { estimate(of: order.runs) }

    private var counts: String {
        "\(counted(scenario.cases.count, "case")), \(counted(runCount, "run")), "
            + "\(measuringTime.spokenText) of warm-up and measurement, about \(ProgressText.clock(estimate)) in all"
    }

    /// What `--until` may add.
    private var most: String? {
        guard let until else { return nil }
        let ids = Set(scenario.cases.map(\.id))
        let most =
            order.runs
            + (repeats..<max(repeats, until.most)).flatMap {
                RunOrder.round($0 + 1, of: ids, in: scenario)
            }
        return
            "with --until up to \(counted(most.count, "run")), about \(ProgressText.clock(estimate(of: most))) in all"
    }

    /// One sentence for each conclusion that the repeats do not permit.
    package var repeatNotes: [String] {
        let repeats = max(repeats, until?.most ?? 0)
        var notes: [String] = []
        if repeats < RepeatNeeds.interval {
            notes.append(
                "\(counted(repeats, "repeat")) give\(repeats == 1 ? "s" : "") no interval: medians come with one from "
                    + "\(RepeatNeeds.interval) repeats on")
            if !scenario.claims.isEmpty {
                let ids = scenario.claims.map(\.id).joined(separator: ", ")
                notes.append(
                    "the claims are judged without an interval, so all repeats have to agree; with "
                        + "\(RepeatNeeds.interval) repeats they have one: \(ids)")
            }
            notes += checks.filter(\.predicate.needsInterval).map {
                "\"\($0.predicate.text)\" cannot be decided: ci() needs \(RepeatNeeds.interval) repeats"
            }
        }
        let cases = scenario.cases.count
        let verdict = RepeatNeeds.verdict(cases: cases)
        if repeats < verdict {
            notes.append(
                "'pushlab compare' of two such runs cannot find a difference: with \(counted(cases, "case")) it needs "
                    + "\(verdict) repeats per run")
        }
        return notes + (pairedNote(repeats).map { [$0] } ?? [])
    }

    /// Two cases of one run, paired by repeat.
    private func pairedNote(_ repeats: Int) -> String? {
        let most = Dictionary(grouping: scenario.cases, by: \.condition).values.map(\.count).max() ?? 0
        guard most > 1, repeats < max(RepeatNeeds.paired, RepeatNeeds.pairs(cases: most)) else { return nil }
        return "no difference between two cases can be found by "
            + (repeats < RepeatNeeds.paired
                ? "'pushlab compare --cases', which needs \(RepeatNeeds.paired) repeats, nor in " : "")
            + "comparisons.csv, which needs \(RepeatNeeds.pairs(cases: most)) for \(counted(most, "case")) under one "
            + "condition"
    }

    private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private func measuringTime(of runs: [PlannedRun]) -> Duration {
        let times = Dictionary(scenario.cases.map { ($0.id, $0.feedTime) }) { first, _ in first }
        return runs.reduce(.zero) { $0 + (times[$1.caseID] ?? .zero) }
    }

    /// Starting and stopping of processes included.
    private func estimate(of runs: [PlannedRun]) -> Duration {
        let times = Dictionary(scenario.cases.map { ($0.id, StepMaker.estimate(of: $0)) }) { first, _ in first }
        return runs.reduce(.zero) { $0 + (times[$1.caseID] ?? .zero) }
    }
}
