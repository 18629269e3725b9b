import Glibc
import Measurement

/// The one clock of every measurement: `CLOCK_MONOTONIC`, shared by all processes of this host.
package enum MonotonicClock {
    package static func now() -> MonotonicInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Returns at the instant, or at once if it has passed.
    ///
    /// - Throws: `CancellationError`.
    package static func sleep(until instant: MonotonicInstant) async throws {
        let left = instant - now()
        if left > .zero { try await Task.sleep(for: left) }
    }

    /// The clock's resolution, as reported by the kernel.
    package static var resolution: Duration {
        var time = timespec()
        clock_getres(CLOCK_MONOTONIC, &time)
        return .nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Identifies the boot that the clock belongs to; instants with equal identities are comparable.
    package static var identity: String? {
        TextFile.read("/proc/sys/kernel/random/boot_id").map { String($0.prefix { !$0.isNewline }) }
    }
}

/// The time of day, for names of folders and `Date` headers; never for measuring.
package enum WallClock {
    /// Seconds since 1970-01-01 UTC.
    package static func unixSeconds() -> Int64 {
        Int64(time(nil))
    }

    /// Milliseconds since 1970-01-01 UTC.
    package static func unixMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
