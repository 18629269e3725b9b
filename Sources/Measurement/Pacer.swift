/// A fixed schedule of ticks: origin + phase + k × interval for k = 0, 1, 2 …
///
/// A late poll skips the ticks that it missed and never moves later ones. So a slow server cannot reduce its own load
/// unnoticed (coordinated omission).
package struct Pacer: Hashable, Sendable {
    /// One point of the schedule.
    package struct Tick: Hashable, Sendable {
        package var index: Int64
        package var instant: MonotonicInstant
    }

    let first: MonotonicInstant
    // In nanoseconds.
    private let interval: Int64

    /// - Parameters:
    ///   - origin: The common start of all clients.
    ///   - phase: This client's offset from it, see ``PhaseSpread``.
    ///   - interval: Time between ticks, above 0.
    package init(origin: MonotonicInstant, phase: Duration = .zero, interval: Duration) {
        self.interval = interval.nanoseconds
        precondition(self.interval > 0, "a schedule needs an interval of 1 ns or more")
        first = origin + phase
    }

    /// The tick with this index; 0 is the first.
    package func tick(_ index: Int64) -> Tick {
        Tick(index: index, instant: MonotonicInstant(nanoseconds: first.nanoseconds + index * interval))
    }

    /// The latest tick at or before an instant; `nil` before the first.
    package func tickDue(at now: MonotonicInstant) -> Tick? {
        guard now >= first else { return nil }
        return tick(now.nanoseconds(since: first) / interval)
    }
}
