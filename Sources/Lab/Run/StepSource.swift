import ResultFiles
import Scenario

/// Decides, from the results so far, what else a run measures.
protocol StepSource: Sendable {
    /// Called when every step has ended.
    ///
    /// - Returns: The steps that follow; empty if the run is complete.
    mutating func next(after results: RunResults) -> [RunPlan.Step]

    /// Called once, when the run ends, also if it was interrupted: takes what the results add since the last call.
    mutating func end(after results: RunResults)

    /// The cases in the order of their rows.
    func inOrder(_ caseIDs: [String]) -> [String]

    /// What a search for the capacity has found so far; empty for other runs.
    var capacity: [CapacityFinding] { get }
    /// The rows of `capacity.csv`.
    var rows: [CapacityRow] { get }
}

extension StepSource {
    mutating func end(after results: RunResults) {}
    func inOrder(_ caseIDs: [String]) -> [String] { caseIDs }
    var capacity: [CapacityFinding] { [] }
    var rows: [CapacityRow] { [] }
}

/// A run whose steps are all known before it starts.
struct NoFurtherSteps: StepSource {
    mutating func next(after results: RunResults) -> [RunPlan.Step] { [] }
}
