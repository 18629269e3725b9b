/// A reading of the host's monotonic clock (`CLOCK_MONOTONIC`), in nanoseconds.
///
/// All processes on one host read the same clock, so server and load generator can exchange instants. An instant has no
/// meaning on another host or after a reboot.
package struct MonotonicInstant: Hashable, Comparable, Sendable, Codable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The time since an earlier instant, ns. For measured paths: a `Duration` counts attoseconds in 128 bits.
    package func nanoseconds(since earlier: Self) -> Int64 { nanoseconds - earlier.nanoseconds }

    /// This much later. For measured paths, as ``nanoseconds(since:)``.
    package func later(byNanoseconds nanoseconds: Int64) -> Self {
        Self(nanoseconds: self.nanoseconds + nanoseconds)
    }

    package static func + (instant: Self, offset: Duration) -> Self {
        Self(nanoseconds: instant.nanoseconds + offset.nanoseconds)
    }

    package static func - (instant: Self, offset: Duration) -> Self {
        Self(nanoseconds: instant.nanoseconds - offset.nanoseconds)
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }
}

extension Duration {
    /// The whole length in nanoseconds; exact up to 292 years.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The length in seconds, for output and rates.
    package var seconds: Double { Double(nanoseconds) / 1e9 }
}
