import Testing

@testable import FeedServer

@Suite("Work of single clients takes turns")
struct TurnBudgetTests {
    @Test("a turn is 1 MiB of messages; the next one begins with nothing spent")
    func turns() {
        var budget = TurnBudget()
        budget.spend((1 << 20) - 1)
        #expect(!budget.isSpent)
        budget.spend(1)
        #expect(budget.isSpent)
        budget.turnBegan()
        #expect(budget == TurnBudget())
    }

    @Test("the others get as long as a turn took, and a round of the loop at least")
    func pauses() {
        #expect(TurnBudget.pause(afterTurnOf: .zero) == .microseconds(100))
        #expect(TurnBudget.pause(afterTurnOf: .microseconds(99)) == .microseconds(100))
        #expect(TurnBudget.pause(afterTurnOf: .milliseconds(200)) == .milliseconds(200))
    }
}
