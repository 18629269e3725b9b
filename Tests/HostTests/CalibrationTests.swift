import Testing

@testable import Host

@Suite("Calibration of clock and loopback")
struct CalibrationTests {
    @Test("the clock advances, and a reading takes less than 100 µs")
    func clock() {
        let clock = ClockCalibration.measure(readings: 10_000)
        #expect(clock.resolutionNanoseconds >= 1)
        #expect(clock.smallestStepNanoseconds >= 1 && clock.smallestStepNanoseconds < .max)
        #expect(clock.readingNanoseconds > 0 && clock.readingNanoseconds < 100_000)
    }

    @Test("the round trip of a byte to another thread is measured")
    func loopback() throws {
        let trip = try #require(LoopbackRoundTrip.measure(rounds: 100))
        #expect(trip.medianNanoseconds > 0)
        #expect(trip.p99Nanoseconds >= trip.medianNanoseconds)
    }
}
