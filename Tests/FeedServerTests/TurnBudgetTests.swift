import Testing

@testable import FeedServer

@Suite("Turns for the work of single clients")
struct TurnBudgetTests {
    @Test("a turn is 1 MiB of messages; the next one starts at zero")
    func turns() {
        var budget = TurnBudget()
        budget.spend((1 << 20) - 1)
        #expect(!budget.isSpent)
        budget.spend(1)
        #expect(budget.isSpent)
        budget.turnBegan()
        #expect(budget == TurnBudget())
    }

    @Test("the pause is as long as the turn took, and at least 100 µs")
    func pauses() {
        #expect(TurnBudget.pause(afterTurnOf: .zero) == .microseconds(100))
        #expect(TurnBudget.pause(afterTurnOf: .microseconds(99)) == .microseconds(100))
        #expect(TurnBudget.pause(afterTurnOf: .milliseconds(200)) == .milliseconds(200))
    }
}
