import Testing

@testable import LoadGenerator

@Suite("How long the ends of connections are waited for")
struct ClosingPatienceTests {
    @Test("as long as connections end, up to five periods of 3 s")
    func busy() {
        var patience = ClosingPatience(open: 9_000)
        let waits = [8_000, 7_999, 5, 4, 3].map { patience.waits(open: $0) }
        #expect(waits == [true, true, true, true, false])
        #expect(ClosingPatience.period == .seconds(3))
    }

    @Test("one period if none ends, or if all have ended", arguments: [(1, 1), (9_000, 9_000), (9_000, 0), (0, 0)])
    func silent(before: Int, after: Int) {
        var patience = ClosingPatience(open: before)
        let waits = patience.waits(open: after)
        #expect(!waits)
    }
}
