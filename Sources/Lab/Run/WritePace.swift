import Measurement

/// When the tables of a run are written again: after every run of a case, but so seldom that writing takes at most 1 %
/// of the time. Every write writes all rows, so that each file is complete and in order; ten thousand runs would
/// otherwise write hundreds of gigabytes, between measurements on the machine that is measured.
///
/// What a crash can lose is what was measured in 100 times the duration of a write, which is one run for all but huge
/// scenarios.
struct WritePace {
    private var last: (ended: MonotonicInstant, cost: Duration)?

    func isDue(at now: MonotonicInstant) -> Bool {
        guard let last else { return true }
        return now - last.ended >= last.cost * 99
    }

    mutating func wrote(from start: MonotonicInstant, to end: MonotonicInstant) {
        last = (end, end - start)
    }
}
