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
}
