import Measurement
import Testing

@testable import FeedServer

@Suite("Limits of one HTTP/2 connection")
struct ConnectionBudgetTests {
    @Test("1,000 resets in 30 s are allowed, then the connection ends; each period starts at zero")
    func rapidResets() {
        var budget = ConnectionBudget(maximumStreams: 5_000)
        for _ in 0..<2 {
            _ = budget.streamOpened()
            budget.streamClosed()
        }
        let first = (0..<1_001).map { _ in budget.streamWasReset(at: at(0)) }
        #expect(first.allSatisfy { $0 })
        let next = [29_999, 30_000].map { budget.streamWasReset(at: at($0)) }
        #expect(next == [false, true])
    }

    @Test("all streams that were open at once may be reset at once")
    func leavingAtOnce() {
        var budget = ConnectionBudget(maximumStreams: 5_000)
        for _ in 0..<5_000 { _ = budget.streamOpened() }
        let resets = (0..<5_000).map { _ in
            budget.streamClosed()
            return budget.streamWasReset(at: at(1))
        }
        #expect(resets.allSatisfy { $0 })
        #expect(budget.streams == 0)
    }

    @Test("a stream above the limit does not count as open")
    func streams() {
        var budget = ConnectionBudget(maximumStreams: 2)
        let opened = (0..<4).map { _ in budget.streamOpened() }
        #expect(opened == [true, true, false, false])
        budget.streamClosed()
        let again = budget.streamOpened()
        #expect(again)
        #expect(budget.streams == 2)
    }

    @Test("after the end bytes are discarded; above 256 KiB reading stops")
    func input() {
        var budget = ConnectionBudget(maximumStreams: 5_000)
        let before = budget.arrived(1 << 30)
        budget.errorGoAwaySent()
        let after = [256 << 10, 1].map { budget.arrived($0) }
        #expect(before == .take)
        #expect(after == [.discard, .stopReading])
    }
}

private func at(_ milliseconds: Int64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
}
