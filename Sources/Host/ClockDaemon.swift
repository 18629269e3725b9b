import Glibc
import Measurement

/// The program that keeps this host's wall clock right.
package enum ClockDaemon {
    private static let command = "chronyc -c tracking 2> /dev/null"
    private static let longestLine = 1_024

    /// What chronyd reports; `nil` without chronyd. Waits for a program, up to some seconds if chronyd does not answer.
    package static func tracking() -> ChronyTracking? {
        guard let output = popen(command, "r") else { return nil }
        defer { pclose(output) }
        var line = [CChar](repeating: 0, count: longestLine)
        guard fgets(&line, Int32(longestLine), output) != nil else { return nil }
        return ChronyTracking(
            String(decoding: line.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self))
    }

    /// How far the wall clock of this host is ahead of its monotonic clock, ns; exact to some microseconds.
    package static func wallAhead() -> Int64 {
        let before = MonotonicClock.now()
        let wall = WallClock.unixNanoseconds()
        let after = MonotonicClock.now()
        return wall - before.nanoseconds - (after - before).nanoseconds / 2
    }
}
