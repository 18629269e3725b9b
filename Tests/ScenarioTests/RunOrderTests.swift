import Testing

@testable import Scenario

@Suite("The order of a run")
struct RunOrderTests {
    private func scenario(repeats: Int = 2, seed: Int = 7) throws -> Scenario {
        try Scenario(
            text: """
                name: order
                feeds: [{source: synthetic}]
                clients: [1, 2, 3]
                transports: [{use: websocket}, {use: long-poll}]
                repeats: \(repeats)
                seed: \(seed)
                """, file: "order.yaml")
    }

    @Test("every repeat has every case once, in an order that the seed decides")
    func order() throws {
        let scenario = try scenario()
        let runs = RunOrder(scenario).runs
        #expect(runs.map(\.repetition) == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
        for repetition in 1...2 {
            let ids = runs.filter { $0.repetition == repetition }.map(\.caseID)
            #expect(Set(ids) == Set(scenario.cases.map(\.id)))
        }
        #expect(try RunOrder(self.scenario()).runs == runs)
        #expect(try RunOrder(self.scenario(seed: 8)).runs != runs)
        #expect(runs.prefix(6).map(\.caseID) != runs.suffix(6).map(\.caseID))
    }

    @Test("more repeats continue the order, and a part of the cases keeps it")
    func stability() throws {
        let (two, four) = (try scenario(), try scenario(repeats: 4))
        #expect(RunOrder(two).runs == Array(RunOrder(four).runs.prefix(12)))
        let websocket = try two.only([CasePattern("*_websocket")])
        #expect(websocket.cases.count == 3)
        #expect(RunOrder(websocket).runs == RunOrder(two).runs.filter { $0.caseID.hasSuffix("websocket") })
        let ids = Set(two.cases.map(\.id))
        #expect(RunOrder.round(3, of: ids, in: two) == RunOrder(four).runs.filter { $0.repetition == 3 })
    }

    @Test("the order of a manifest gives the repeats of each case")
    func manifest() throws {
        let scenario = try scenario()
        let order = RunOrder(scenario)
        #expect(RunOrder(caseOrder: order.caseOrder, of: scenario) == order)
        #expect(RunOrder(caseOrder: order.caseOrder + ["other"], of: scenario) == nil)
        let id = scenario.cases[0].id
        let runs = RunOrder(caseOrder: [id, id], of: scenario)?.runs
        #expect(runs == [PlannedRun(id, repetition: 1), PlannedRun(id, repetition: 2)])
    }

    @Test("the seed grows by one per repeat")
    func seeds() throws {
        let scenario = try scenario()
        #expect([1, 2, 3].map(scenario.seed(ofRepeat:)) == [7, 8, 9])
    }

    @Test(
        "patterns fit whole ids",
        arguments: [
            ("*", "a_b", true), ("a_b", "a_b", true), ("a", "a_b", false), ("a*", "a_b", true), ("*b", "a_b", true),
            ("*_*", "a_b", true), ("a?b", "a_b", true), ("a??b", "a_b", false), ("*a*b*", "xaxbx", true),
            ("*ab", "aab", true), ("", "a", false), ("**", "", true), ("*.5-per-s*", "synthetic-2.5-per-s", true),
        ])
    func patterns(pattern: String, id: String, fits: Bool) {
        #expect(CasePattern(pattern).matches(id) == fits)
    }

    @Test("a pattern without a case is refused with an example and advice")
    func unmatched() throws {
        let scenario = try scenario()
        let error = #expect(throws: UnmatchedPattern.self) { try scenario.only([CasePattern("websocket")]) }
        let example = scenario.cases[0].id
        #expect(
            error?.description == "--only is \"websocket\", which fits no case; one is \(example); a pattern fits the "
                + "whole id: write \"*websocket*\" for a part of it; 'pushlab validate' lists them")
        #expect(throws: UnmatchedPattern.self) {
            try scenario.only([CasePattern("*websocket"), CasePattern("*sse*")])
        }
    }
}
