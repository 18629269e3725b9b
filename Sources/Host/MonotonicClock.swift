import Glibc
import Measurement
import Synchronization

/// The one clock of every measurement: `CLOCK_MONOTONIC`, shared by all processes of this host.
package enum MonotonicClock {
    package static func now() -> MonotonicInstant {
        let nanoseconds = reading()
        guard isArtificial.load(ordering: .acquiring) else { return MonotonicInstant(nanoseconds: nanoseconds) }
        let clock = ArtificialClock(
            aheadNanoseconds: ahead.load(ordering: .relaxed), driftPerBillion: drift.load(ordering: .relaxed))
        return MonotonicInstant(
            nanoseconds: clock.reading(of: nanoseconds, since: origin.load(ordering: .relaxed)))
    }

    private static func reading() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
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

    /// Identifies the clock; instants with equal identities are comparable. It is the identity of the boot, and in a
    /// time namespace (time_namespaces(7)) that has set the clock forward or back, also by how much.
    package static var identity: String? {
        guard let boot = bootIdentity else { return nil }
        return boot + (TextFile.read("/proc/self/timens_offsets").flatMap(namespaceOffset) ?? "")
    }

    /// Identifies the boot of the kernel.
    package static var bootIdentity: String? {
        TextFile.read("/proc/sys/kernel/random/boot_id").map { String($0.prefix { !$0.isNewline }) }
    }

    /// - Parameter offsets: The text of `/proc/PID/timens_offsets`.
    /// - Returns: What distinguishes the clock of this namespace; `nil` if it is the kernel's own.
    static func namespaceOffset(_ offsets: String) -> String? {
        for line in offsets.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 3, words[0] == "monotonic" else { continue }
            return words[1] == "0" && words[2] == "0" ? nil : " with offset \(words[1]) s \(words[2]) ns"
        }
        return nil
    }

    // MARK: For tests

    // A test may give one process a clock that differs from this host's, as on another host. Each reading of the clock
    // goes through now(), so the whole process then has that clock. Without it, a reading costs one more load of a flag
    // that never changes: below 1 ns of about 25 ns.
    private static let isArtificial = Atomic<Bool>(false)
    private static let ahead = Atomic<Int64>(0)
    private static let drift = Atomic<Int64>(0)
    private static let origin = Atomic<Int64>(0)

    /// From now on, this process has another clock. Only for tests, and before the first measurement of the process.
    package static func pretend(_ clock: ArtificialClock) {
        origin.store(reading(), ordering: .relaxed)
        ahead.store(clock.aheadNanoseconds, ordering: .relaxed)
        drift.store(clock.driftPerBillion, ordering: .relaxed)
        isArtificial.store(true, ordering: .releasing)
    }
}

/// The time of day, for names of folders and `Date` headers; never for measuring.
package enum WallClock {
    /// Seconds since 1970-01-01 UTC.
    package static func unixSeconds() -> Int64 {
        Int64(time(nil))
    }

    /// Nanoseconds since 1970-01-01 UTC.
    package static func unixNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Milliseconds since 1970-01-01 UTC.
    package static func unixMilliseconds() -> Int64 {
        unixNanoseconds() / 1_000_000
    }
}
