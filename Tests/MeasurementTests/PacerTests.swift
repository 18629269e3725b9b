import Testing

@testable import Measurement

@Suite("Fixed schedules")
struct PacerTests {
    let pacer = Pacer(
        origin: MonotonicInstant(nanoseconds: 1_000),
        phase: .nanoseconds(50),
        interval: .nanoseconds(100)
    )

    func at(_ nanoseconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds) }

    @Test("the due tick is not later", arguments: [(1_049, nil), (1_050, 0), (1_149, 0), (1_150, 1)])
    func due(now: Int64, index: Int64?) {
        #expect(pacer.tickDue(at: at(now))?.index == index)
    }

    @Test("there is no drift after a million ticks")
    func noDrift() {
        #expect(pacer.tick(1_000_000).instant == at(100_001_050))
    }
}

@Suite("Phases of clients")
struct PhaseSpreadTests {
    @Test("each stratum has one client", arguments: [1, 2, 7, 1_000])
    func strata(clients: Int) {
        var generator = SeededGenerator(seed: 3)
        let phases = PhaseSpread.stratified(clients: clients, over: .seconds(1), using: &generator)
        let strata = phases.map { Int($0.nanoseconds) * clients / 1_000_000_000 }
        #expect(strata.sorted() == Array(0..<clients))
    }

    @Test("without clients there are no phases")
    func none() {
        var generator = SeededGenerator(seed: 3)
        #expect(PhaseSpread.stratified(clients: 0, over: .seconds(1), using: &generator).isEmpty)
    }

    @Test("the order is shuffled, and the same for the same seed")
    func order() {
        var generator = SeededGenerator(seed: 3)
        var again = SeededGenerator(seed: 3)
        let phases = PhaseSpread.stratified(clients: 100, over: .seconds(1), using: &generator)
        #expect(phases == PhaseSpread.stratified(clients: 100, over: .seconds(1), using: &again))
        #expect(phases != phases.sorted())
    }
}
