import Measurement
import Testing

@testable import Lab

@Suite("When the tables of a run are written again")
struct WritePaceTests {
    private let start = MonotonicInstant(nanoseconds: 0)

    @Test("the first time, and then when the last write is 1 % of the time")
    func pace() {
        var pace = WritePace()
        #expect(pace.isDue(at: start))
        pace.wrote(from: start, to: start + .milliseconds(10))
        #expect(!pace.isDue(at: start + .milliseconds(10)))
        #expect(!pace.isDue(at: start + .milliseconds(999)))
        #expect(pace.isDue(at: start + .milliseconds(1_000)))
        pace.wrote(from: start + .seconds(2), to: start + .seconds(2))
        #expect(pace.isDue(at: start + .seconds(2)))
    }
}
