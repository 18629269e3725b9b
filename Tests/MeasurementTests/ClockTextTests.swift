import Measurement
import Testing

@Suite("Texts about clocks")
struct ClockTextTests {
    @Test("an artificial clock is read and shows the right time")
    func artificial() throws {
        let clock = try ArtificialClock("5ms,50ppm")
        #expect(clock == ArtificialClock(aheadNanoseconds: 5_000_000, driftPerBillion: 50_000))
        #expect(clock.text == "5ms,50ppm")
        #expect(clock.reading(of: 1_000, since: 1_000) == 5_001_000)
        // After ten seconds, 50 ppm are 500 µs.
        #expect(clock.reading(of: 10_000_001_000, since: 1_000) == 10_005_501_000)
        let other = try ArtificialClock("-2s,-0.5ppm")
        #expect(other == ArtificialClock(aheadNanoseconds: -2_000_000_000, driftPerBillion: -500))
        #expect(try ArtificialClock(other.text) == other)
    }

    @Test(
        "other texts are refused",
        arguments: [
            "", "5ms", "5ms,50", "5,50ppm", "5ms,50ppm,1", "5ms,500ppm", "25h,1ppm", "5ms,nanppm", "--5ms,1ppm",
        ])
    func refused(text: String) {
        #expect(throws: ArtificialClockFault.self) { try ArtificialClock(text) }
    }

    @Test("chronyd's bound is its offset, the dispersion and half the delay")
    func chrony() throws {
        let line =
            "C0A80101,192.168.1.1,3,1732665600.123456789,-0.000012000,0.000001,0.000030,-12.345,0.001,0.020,"
            + "0.000400000,0.000100000,64.2,Normal\n"
        let tracking = try #require(ChronyTracking(line))
        #expect(tracking.bound == .microseconds(312))
    }

    @Test(
        "a clock that is not synchronised has no bound, and other text has none",
        arguments: [
            "", "506 Cannot talk to daemon",
            "7F7F0101,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised\n",
            "C0A80101,a,3,1.0,nan,0.0,0.0,0.0,0.0,0.0,0.1,0.1,64.2,Normal\n",
            "C0A80101,a,3,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.1,0.1,64.2\n",
        ])
    func noChrony(line: String) {
        #expect(ChronyTracking(line) == nil)
    }
}
