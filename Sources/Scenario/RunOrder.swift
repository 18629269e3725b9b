import Measurement

/// One run of one case.
package struct PlannedRun: Sendable, Hashable {
    package let caseID: String
    /// Counted from 1.
    package let repetition: Int

    package init(_ caseID: String, repetition: Int) {
        self.caseID = caseID
        self.repetition = repetition
    }
}

/// What a run measures, and in which order. The same scenario and options give the same order everywhere.
package struct RunOrder: Sendable, Equatable {
    /// In the order of execution.
    package private(set) var runs: [PlannedRun]

    /// Every repeat of every case.
    package init(_ scenario: Scenario) {
        let cases = Set(scenario.cases.map(\.id))
        runs = (1...scenario.repeats).flatMap { Self.round($0, of: cases, in: scenario) }
    }

    /// The order that a manifest lists; `nil` if the scenario lacks one of its cases.
    ///
    /// - Parameters:
    ///   - caseOrder: The cases in the order of execution; a case occurs once per repeat.
    ///   - scenario: The scenario that has these cases.
    package init?(caseOrder: [String], of scenario: Scenario) {
        let known = Set(scenario.cases.map(\.id))
        var repeats: [String: Int] = [:]
        runs = []
        for id in caseOrder {
            guard known.contains(id) else { return nil }
            repeats[id, default: 0] += 1
            runs.append(PlannedRun(id, repetition: repeats[id, default: 1]))
        }
    }

    /// The cases in the order of execution, as a manifest lists them.
    package var caseOrder: [String] { runs.map(\.caseID) }

    /// One repeat of some cases.
    ///
    /// Each repeat has its own shuffle of all cases, so a repeat has the same order in a run with more or fewer repeats
    /// and without the cases that are left out.
    ///
    /// - Parameters:
    ///   - repetition: Counted from 1.
    ///   - cases: Their ids.
    ///   - scenario: The scenario that has these cases.
    /// - Returns: In the order of execution.
    package static func round(_ repetition: Int, of cases: Set<String>, in scenario: Scenario) -> [PlannedRun] {
        var random = SeededGenerator(seed: scenario.seed)
        var order: [String] = []
        for _ in 0..<max(1, repetition) {
            order = scenario.allCaseIDs
            random.shuffle(&order)
        }
        return order.filter(cases.contains).map { PlannedRun($0, repetition: repetition) }
    }
}

extension Scenario {
    /// The seed of a repeat. All transports of a repeat share it, so they carry the same items at the same times.
    package func seed(ofRepeat repetition: Int) -> UInt64 { seed &+ UInt64(repetition - 1) }
}
