import Measurement
import Testing

@testable import FeedServer

@Suite("The pace of a server with a known time per item")
struct DelayPaceTests {
    private func at(_ milliseconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000 + Int64(milliseconds * 1e6))
    }

    @Test("a busy server sends one item per delay, whatever its own work takes")
    func busy() {
        var pace = DelayPace(.milliseconds(1))
        var now = at(0)
        let first = pace.end(of: 1, from: now)
        #expect(first == at(-9))
        for index in 1...1_000 {
            let end = pace.end(of: 1, from: now)
            // Own work of 0.3 ms per item, and one pause of 8 ms.
            now = max(now, end) + .microseconds(300) + .milliseconds(index == 500 ? 8 : 0)
        }
        #expect(pace.end(of: 1, from: now) == first + .milliseconds(1_001))
    }

    @Test("an idle server saves no more than 10 ms")
    func idle() {
        var pace = DelayPace(.milliseconds(2))
        #expect(pace.end(of: 4, from: at(0)) == at(-2))
        #expect(pace.end(of: 10, from: at(1_000)) == at(1_010))
        #expect(pace.end(of: 1, from: at(1_005)) == at(1_012))
    }
}
