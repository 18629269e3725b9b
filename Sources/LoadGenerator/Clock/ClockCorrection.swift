import Measurement

/// Corrects what a load process measured with its own clock to the server's clock.
///
/// Before the start, the plan's instants are moved to the own clock by the offset that was known then. At the end, the
/// line through all exchanges shows by how much that offset was wrong at each instant.
struct ClockCorrection {
    /// How far the server's clock was taken to be ahead.
    let assumed: Duration
    let estimate: ClockEstimate

    /// What a latency measured at an instant of the own clock lacks, ns.
    func nanoseconds(at instant: MonotonicInstant) -> Int64 {
        estimate.line.ahead(at: instant) - assumed.nanoseconds
    }

    /// The largest correction between two instants.
    func largest(from start: MonotonicInstant, to end: MonotonicInstant) -> Duration {
        .nanoseconds(Int64(max(nanoseconds(at: start).magnitude, nanoseconds(at: end).magnitude)))
    }
}
