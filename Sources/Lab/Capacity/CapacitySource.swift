import Expressions
import Measurement
import ResultFiles
import Scenario

/// Runs one search per case of a scenario, in turns, and keeps a row per measurement.
struct CapacitySource: StepSource {
    /// A search and the measurement that it waits for.
    private struct Entry {
        var search: CapacitySearch
        var pending: (load: Double, phase: CapacityRow.Phase, run: PlannedRun)?
        var steps = 0
        var answer: CapacityAnswer { search.answer }
    }

    typealias MakeStep = @Sendable (Scenario, Scenario.Case, PlannedRun, CaseFact) -> RunPlan.Step

    private let run: CapacityRun
    private let hasDistinctIDs: Bool
    private let makeStep: MakeStep
    private var entries: [Entry]
    private var repeats: [String: Int] = [:]
    /// The search and the load of each case, to sort them.
    private var places: [String: (search: Int, load: Double)] = [:]
    private var timeLeft: Duration
    private(set) var rows: [CapacityRow] = []

    /// - Parameters:
    ///   - run: What to search.
    ///   - makeStep: Makes a step of a case, in its scenario, with the id and repeat of a planned run and the load.
    init(_ run: CapacityRun, makeStep: @escaping MakeStep) {
        self.run = run
        self.makeStep = makeStep
        hasDistinctIDs = run.hasDistinctIDs
        timeLeft = run.time
        let field = run.field
        entries = run.scenario.cases.map { _ in
            Entry(search: CapacitySearch(run.limits, nearest: { field.nearest($0) }))
        }
    }

    mutating func next(after results: RunResults) -> [RunPlan.Step] {
        for index in entries.indices { read(results, for: index) }
        var steps: [RunPlan.Step] = []
        for index in entries.indices {
            // A load that the scenario does not allow cannot be measured, so another one may follow at once.
            while let next = entries[index].search.next {
                if let step = step(of: index, next.load, next.phase) {
                    steps.append(step)
                    break
                }
            }
        }
        return steps
    }

    /// What is not measured yet is not read.
    mutating func end(after results: RunResults) {
        let measured = Set(results.summary.map { PlannedRun($0.caseID, repetition: $0.repetition) })
        for index in entries.indices {
            if let pending = entries[index].pending, measured.contains(pending.run) { read(results, for: index) }
        }
    }

    private mutating func read(_ results: RunResults, for index: Int) {
        guard let pending = entries[index].pending else { return }
        entries[index].pending = nil
        let isOfRun = { (id: String, repetition: Int) in
            id == pending.run.caseID && repetition == pending.run.repetition
        }
        let row = results.summary.first { isOfRun($0.caseID, $0.repetition) }
        let layers = results.layers.filter { isOfRun($0.caseID, $0.repetition) }
        let reading = CapacitySearch.Reading(row, layers, run.condition)
        entries[index].search.add(reading, at: pending.load)
        // A valid row without the value: no other load has it either.
        if case .undecided(let reason) = reading, row?.valid == true, entries[index].steps == 0 {
            entries[index].search.end(because: reason)
        }
        note(reading, row, pending, index)
    }

    private mutating func note(
        _ reading: CapacitySearch.Reading, _ row: SummaryRow?,
        _ measured: (load: Double, phase: CapacityRow.Phase, run: PlannedRun), _ index: Int
    ) {
        entries[index].steps += 1
        var line = CapacityRow()
        (line.runID, line.scenario) = (row?.runID ?? "", row?.scenario ?? "")
        (line.search, line.step) = (index + 1, entries[index].steps)
        (line.caseID, line.repetition) = (measured.run.caseID, measured.run.repetition)
        (line.transport, line.variant) = (row?.transport ?? "", row?.variant ?? "")
        (line.field, line.unit) = (run.field.path, run.field.unit ?? "")
        (line.load, line.phase, line.condition) = (measured.load, measured.phase.rawValue, run.condition.text)
        switch reading {
        case .carried: line.isReached = false
        case .reached:
            line.isReached = true
            if row?.valid != true { line.reason = row?.invalidReason }
        case .undecided(let reason): line.reason = reason
        }
        let answer = entries[index].answer
        (line.answer, line.low, line.high) = (answer.load, answer.low, answer.high)
        line.outcome = answer.outcome.rawValue
        rows.append(line)
    }

    /// - Returns: `nil` if the scenario does not allow the load, or no time is left; the search knows it then.
    private mutating func step(of index: Int, _ load: Double, _ phase: CapacityRow.Phase) -> RunPlan.Step? {
        guard let scenario = run.scenario(at: load) else {
            let reason = "the scenario does not allow \(run.field.path) = \(run.field.text(load))"
            entries[index].search.add(.undecided(reason), at: load)
            return nil
        }
        let one = scenario.cases[index]
        let suffix = hasDistinctIDs ? "" : "_\(run.field.name)-\(fileNameSafe(run.field.text(load)))"
        let id = one.id + suffix
        let planned = PlannedRun(id, repetition: repeats[id, default: 0] + 1)
        let step = makeStep(scenario, one, planned, CaseFact(run.field.name, run.field.text(load)))
        guard step.estimate <= timeLeft else {
            entries[index].search.end()
            markEnd(of: index)
            return nil
        }
        timeLeft -= step.estimate
        repeats[id, default: 0] += 1
        places[id] = (index, load)
        entries[index].pending = (load, phase, planned)
        return step
    }

    /// The last row of a search has its outcome.
    private mutating func markEnd(of index: Int) {
        guard let last = rows.lastIndex(where: { $0.search == index + 1 }) else { return }
        rows[last].outcome = entries[index].answer.outcome.rawValue
    }

    // MARK: Findings

    var capacity: [CapacityFinding] {
        let cases = run.scenario.cases
        let isOnePerTransport = Set(cases.map(\.transport.id)).count == cases.count
        let hasServers = cases.contains { $0.server != Scenario.ownServer }
        return zip(cases, entries).map { one, entry in
            let server = hasServers ? one.server : nil
            let names = [one.feed.id, one.network?.id, server, one.transport.id].compactMap { $0 }
            return CapacityFinding(
                name: isOnePerTransport && !hasServers ? one.transport.id : names.joined(separator: ", "),
                field: run.field, steps: entry.steps, answer: entry.answer)
        }
    }

    func inOrder(_ caseIDs: [String]) -> [String] {
        caseIDs.sorted { left, right in
            let (one, other) = (places[left] ?? (.max, 0), places[right] ?? (.max, 0))
            return (one.0, one.1) < (other.0, other.1)
        }
    }
}

/// The answer of one search.
package struct CapacityFinding: Sendable {
    /// The transport with its variant; with its feed, network and server too if a transport has several cases.
    let name: String
    /// What was raised; it writes the loads of the answer.
    let field: RaisedField
    /// Measurements that the search used.
    let steps: Int
    /// Loads in the unit of the field.
    package let answer: CapacityAnswer
}
