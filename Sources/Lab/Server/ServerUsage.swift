import Host
import Measurement
import Transports

/// What the processes of a server have used since their start.
struct ServerUsage: Equatable, Sendable {
    /// When it was read, `CLOCK_MONOTONIC`.
    let instant: MonotonicInstant
    let userMicroseconds: Int64
    let systemMicroseconds: Int64
    /// Resident memory now, in bytes; `nil` if unknown.
    let residentBytes: Int64?
    /// Peak of the resident memory, in bytes.
    let residentPeakBytes: Int64

    /// Known figures.
    init(
        instant: MonotonicInstant, userMicroseconds: Int64, systemMicroseconds: Int64, residentBytes: Int64?,
        residentPeakBytes: Int64
    ) {
        (self.instant, self.userMicroseconds, self.systemMicroseconds) = (instant, userMicroseconds, systemMicroseconds)
        (self.residentBytes, self.residentPeakBytes) = (residentBytes, residentPeakBytes)
    }

    /// What a PushLab server reports of its own process.
    init(_ status: ServerStatus) {
        instant = MonotonicInstant(nanoseconds: status.nowNanoseconds)
        (userMicroseconds, systemMicroseconds) = (status.cpuUserMicroseconds, status.cpuSystemMicroseconds)
        (residentBytes, residentPeakBytes) = (status.residentBytes, status.residentPeakBytes)
    }

    /// What the lab has measured of a third-party server.
    init(_ usage: ProgramUsage, at instant: MonotonicInstant) {
        self.instant = instant
        (userMicroseconds, systemMicroseconds) = (usage.cpu.userMicroseconds, usage.cpu.systemMicroseconds)
        (residentBytes, residentPeakBytes) = (usage.residentBytes, usage.residentPeakBytes)
    }

    /// Readings before the first client connects, at the start and at the end of the window; `nil` if unknown.
    struct Readings: Equatable, Sendable {
        var idle: ServerUsage?
        var before: ServerUsage?
        var after: ServerUsage?

        /// CPU time within the window, µs.
        var cpu: (user: Int64, system: Int64)? {
            guard let before, let after else { return nil }
            let user = after.userMicroseconds - before.userMicroseconds
            let system = after.systemMicroseconds - before.systemMicroseconds
            // Without a control group, the time of a process that ended and was not collected is lost.
            return user >= 0 && system >= 0 ? (user, system) : nil
        }

        /// Time between the two readings.
        var duration: Duration? {
            guard let before, let after, after.instant > before.instant else { return nil }
            return after.instant - before.instant
        }
    }
}
