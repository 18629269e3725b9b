import Testing

@testable import Host

@Suite("The clock and the loopback, measured")
struct CalibrationTests {
    @Test("readings of the clock differ, and one costs less than 100 us")
    func clock() {
        let clock = ClockCalibration.measure(readings: 10_000)
        #expect(clock.resolutionNanoseconds >= 1)
        #expect(clock.smallestStepNanoseconds >= 1 && clock.smallestStepNanoseconds < .max)
        #expect(clock.readingNanoseconds > 0 && clock.readingNanoseconds < 100_000)
    }

    @Test("a byte goes to another thread and back")
    func loopback() throws {
        let trip = try #require(LoopbackRoundTrip.measure(rounds: 100))
        #expect(trip.medianNanoseconds > 0)
        #expect(trip.p99Nanoseconds >= trip.medianNanoseconds)
    }
}
