import Measurement
import Testing

@testable import LoadGenerator

@Suite("Which ends of responses and connections are errors")
struct EndingJudgeTests {
    private static let windowEnd = MonotonicInstant(nanoseconds: 1_000)

    struct Row: CustomTestStringConvertible {
        let kind: EndingJudge.Kind
        /// Before the window's end.
        let isEarly: Bool
        /// Whether the client had the last item, 5.
        let hasAll: Bool
        let account: FeedAccount
        let isError: Bool

        var testDescription: String {
            "\(kind), \(isEarly ? "within" : "after") the window, "
                + "\(hasAll ? "with" : "without") the last item, \(account)"
        }
    }

    @Test("where connections break as a part of the experiment, only orderly ends are judged")
    func expectedBreaks() {
        var judge = EndingJudge(windowEnd: Self.windowEnd, expectsBreaks: true)
        let now = MonotonicInstant(nanoseconds: 1)
        judge.ended(.broken, "broken", having: 1, at: now)
        judge.ended(.orderly, "orderly", having: 1, at: now)
        var sentences: [String] = []
        #expect(judge.errors(by: .known(last: 5, hasEnded: false), through: 5) { sentences.append($0) } == 1)
        #expect(sentences == ["orderly"])
    }

    static let accounts: [FeedAccount] = [
        .known(last: 5, hasEnded: false), .known(last: 5, hasEnded: true), .unknown, .lost("gone"),
    ]

    static let table: [Row] = accounts.flatMap { account in
        [EndingJudge.Kind.orderly, .broken].flatMap { kind in
            [true, false].flatMap { isEarly in
                [true, false].map { hasAll in
                    // Without all items an end is always an error; with all items, only while the feed continues.
                    let isOver = account == .known(last: 5, hasEnded: true) && kind == .orderly
                    let isError = !hasAll || isEarly && !isOver
                    return Row(kind: kind, isEarly: isEarly, hasAll: hasAll, account: account, isError: isError)
                }
            }
        }
    }

    @Test("an end is an error depending on its kind, its time, the items received and the feed", arguments: table)
    func rule(row: Row) {
        var judge = EndingJudge(windowEnd: Self.windowEnd)
        let now = row.isEarly ? Self.windowEnd - .nanoseconds(1) : Self.windowEnd
        judge.ended(row.kind, "it ended", having: row.hasAll ? 5 : 4, at: now)
        var reported: [String] = []
        #expect(judge.errors(by: row.account, through: 5) { reported.append($0) } == (row.isError ? 1 : 0))
        #expect(reported == (row.isError ? ["it ended"] : []))
    }

    @Test("an end before the first item follows the same rule")
    func beforeFirstItem() {
        var judge = EndingJudge(windowEnd: Self.windowEnd)
        judge.ended(.orderly, "it ended", having: 0, at: Self.windowEnd + .seconds(1))
        #expect(judge.errors(by: .known(last: 1, hasEnded: true), through: 1) { _ in } == 1)
        #expect(judge.errors(by: .known(last: 0, hasEnded: true), through: 0) { _ in } == 0)
    }

    @Test("all ends beyond the limit are errors")
    func limit() {
        var judge = EndingJudge(windowEnd: Self.windowEnd, limit: 2)
        for _ in 0..<5 { judge.ended(.orderly, "it ended", having: 9, at: Self.windowEnd) }
        #expect(judge.errors(by: .known(last: 5, hasEnded: true), through: 5) { _ in } == 3)
    }
}
