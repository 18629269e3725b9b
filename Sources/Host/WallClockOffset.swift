import Glibc
import Measurement

/// The difference between this host's time of day and its monotonic clock.
///
/// Both clocks run at the same rate, which NTP adjusts for both (clock_gettime(2)). So the difference stays the same
/// until somebody sets the time of day.
package struct WallClockOffset: Equatable, Sendable {
    /// Nanoseconds since 1970-01-01 UTC, minus the monotonic clock's nanoseconds.
    package let nanoseconds: Int64
    /// The offset is off by at most this: half of the time between the two readings of the monotonic clock, with the
    /// reading of the time of day between them. Usually below 1 µs.
    package let errorNanoseconds: Int64

    /// - Parameters:
    ///   - before: The monotonic clock before the reading of the time of day.
    ///   - unixNanoseconds: The time of day, since 1970-01-01 UTC.
    ///   - after: The monotonic clock after it.
    package init(before: MonotonicInstant, unixNanoseconds: Int64, after: MonotonicInstant) {
        errorNanoseconds = ((after - before).nanoseconds + 1) / 2
        nanoseconds = unixNanoseconds - before.nanoseconds - (after - before).nanoseconds / 2
    }

    /// Reads both clocks a few times, and keeps the reading with the smallest error.
    package static func now() -> WallClockOffset {
        (1..<attempts).reduce(reading()) { best, _ in
            let next = reading()
            return next.errorNanoseconds < best.errorNanoseconds ? next : best
        }
    }

    /// The instant of a time of day; `nil` if it is out of range.
    ///
    /// - Parameter unixNanoseconds: Nanoseconds since 1970-01-01 UTC, from any sender.
    /// - Returns: The instant on the monotonic clock.
    package func instant(atUnix unixNanoseconds: Int64) -> MonotonicInstant? {
        let (difference, overflowed) = unixNanoseconds.subtractingReportingOverflow(nanoseconds)
        return overflowed ? nil : MonotonicInstant(nanoseconds: difference)
    }

    private static let attempts = 5

    private static func reading() -> WallClockOffset {
        var time = timespec()
        let before = MonotonicClock.now()
        clock_gettime(CLOCK_REALTIME, &time)
        let after = MonotonicClock.now()
        return WallClockOffset(
            before: before, unixNanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec), after: after)
    }
}
