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

    /// Where the schedule continues after a tick.
    struct Resumption: Hashable, Sendable {
        /// The next tick.
        var next: Tick
        /// Ticks that passed during the work of the last one.
        var skipped: Int64
    }

    let first: MonotonicInstant
    let interval: Duration

    /// - Parameters:
    ///   - origin: The common start of all clients.
    ///   - phase: This client's offset from it, see ``PhaseSpread``.
    ///   - interval: Time between ticks, above 0.
    package init(origin: MonotonicInstant, phase: Duration = .zero, interval: Duration) {
        precondition(interval.nanoseconds > 0, "a schedule needs an interval of 1 ns or more")
        first = origin + phase
        self.interval = interval
    }

    /// The tick with this index; 0 is the first.
    package func tick(_ index: Int64) -> Tick {
        Tick(index: index, instant: MonotonicInstant(nanoseconds: first.nanoseconds + index * interval.nanoseconds))
    }

    /// The latest tick at or before an instant; `nil` before the first.
    package func tickDue(at now: MonotonicInstant) -> Tick? {
        guard now >= first else { return nil }
        return tick((now - first).nanoseconds / interval.nanoseconds)
    }

    /// The first tick strictly after an instant.
    func next(after now: MonotonicInstant) -> Tick {
        guard let due = tickDue(at: now) else { return tick(0) }
        return tick(due.index + 1)
    }

    /// The next tick to serve if the work of tick `index` ended at `now`.
    func resume(after index: Int64, at now: MonotonicInstant) -> Resumption {
        let due = tickDue(at: now)?.index ?? -1
        let passed = max(due, index)
        return Resumption(next: tick(passed + 1), skipped: passed - index)
    }
}
