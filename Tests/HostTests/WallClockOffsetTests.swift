import Host
import Measurement
import Testing

@Suite("The offset between the time of day and the monotonic clock")
struct WallClockOffsetTests {
    private func at(_ nanoseconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: nanoseconds) }

    @Test("the time of day is read between two readings of the monotonic clock; half of the time between is the error")
    func reading() {
        let offset = WallClockOffset(before: at(1_000), unixNanoseconds: 1_700_000_000_000_000_000, after: at(1_601))
        #expect(offset.nanoseconds == 1_700_000_000_000_000_000 - 1_300)
        #expect(offset.errorNanoseconds == 301)
        #expect(offset.instant(atUnix: 1_700_000_000_000_000_000) == at(1_300))
    }

    @Test("a time that no clock shows has no instant, and does not stop the program")
    func extremes() {
        let offset = WallClockOffset(before: at(0), unixNanoseconds: 1_700_000_000_000_000_000, after: at(0))
        #expect(offset.instant(atUnix: .min) == nil)
        #expect(offset.instant(atUnix: .max) == at(.max - 1_700_000_000_000_000_000))
    }

    @Test("two readings agree within their errors")
    func now() {
        let (first, second) = (WallClockOffset.now(), WallClockOffset.now())
        #expect(first.errorNanoseconds >= 0 && first.errorNanoseconds < 1_000_000)
        let difference = abs(second.nanoseconds - first.nanoseconds)
        #expect(difference <= first.errorNanoseconds + second.errorNanoseconds + 100_000)
        #expect(first.nanoseconds > 1_600_000_000_000_000_000)
    }
}
