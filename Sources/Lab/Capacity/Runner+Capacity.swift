import Codecs
import Measurement
import ResultFiles
import Scenario

extension Runner {
    /// A search for the capacity; it writes the same folder as a scenario's run, with `capacity.csv`.
    ///
    /// - Parameters:
    ///   - search: What to search.
    ///   - settings: Settings from the command line.
    /// - Throws: What ``ScenarioRun/check()`` throws, `OutputFault` or `DescriptorLimitFault`.
    package init(_ search: CapacityRun, settings: RunSettings) throws {
        let first = ScenarioRun(search.scenario, text: search.text, faults: search.faults)
        try first.check()
        try settings.checkPlaces(of: search.scenario)
        var source = CapacitySource(search) { scenario, one, planned, load in
            let run = ScenarioRun(scenario, text: search.text, faults: search.faults)
            return StepMaker(run, settings).step(one, planned.repetition, id: planned.caseID, axis: load)
        }
        let steps = source.next(after: RunResults())
        var plan = RunPlan(
            scenario: first.record, seed: search.scenario.seed, steps: steps, rowOrder: steps.map(\.run.caseID))
        plan.recordings = try KeptRecordings(search.scenario)
        plan.peers = search.scenario.peerRecords
        plan.faults = search.faults
        plan.facts = search.scenario.scaleOutFacts.merging([CapacityRun.factGroup: search.facts]) { _, new in new }
        plan.source = source
        let expected = search.limits.expectedSteps * search.scenario.cases.count
        let mean = steps.reduce(.zero) { $0 + $1.estimate } / max(1, steps.count)
        plan.expectation = (expected, min(search.time, mean * expected))
        try self.init(plan, settings: settings)
    }
}
