import Measurement

/// Relates the clock of a page to the clock of this host.
///
/// A page's clock is `performance.timeOrigin + performance.now()`. On Linux, browsers read `performance.now()` from
/// CLOCK_MONOTONIC, so both clocks have the same rate and only their difference is unknown. A question to the page
/// bounds it: the page reads its clock between the question and the answer.
struct PageClock: Equatable {
    /// The page's clock minus the host's, in nanoseconds.
    private(set) var offsetNanoseconds: Int64 = 0
    /// Largest error of the offset, in nanoseconds; `nil` without a question that was answered.
    private(set) var boundNanoseconds: Int64?

    /// Takes a question to the page; the fastest one counts.
    ///
    /// - Parameters:
    ///   - asked: The host's clock before the question.
    ///   - answered: The host's clock after the answer.
    ///   - page: The page's clock, in microseconds since 1970.
    mutating func add(asked: MonotonicInstant, answered: MonotonicInstant, page: Int64) {
        let roundTrip = answered.nanoseconds - asked.nanoseconds
        let (pageNanoseconds, overflows) = page.multipliedReportingOverflow(by: 1_000)
        guard roundTrip >= 0, !overflows else { return }
        let bound = roundTrip / 2
        if let boundNanoseconds, boundNanoseconds <= bound { return }
        boundNanoseconds = bound
        offsetNanoseconds = pageNanoseconds &- (asked.nanoseconds + bound)
    }

    /// The instant of a reading of the page's clock; `nil` before the offset is known, or for a senseless reading.
    ///
    /// - Parameter page: In microseconds since 1970.
    /// - Returns: The instant on the monotonic clock of this host.
    func instant(of page: Int64) -> MonotonicInstant? {
        guard boundNanoseconds != nil else { return nil }
        let (nanoseconds, overflows) = page.multipliedReportingOverflow(by: 1_000)
        let (instant, borrows) = nanoseconds.subtractingReportingOverflow(offsetNanoseconds)
        return overflows || borrows ? nil : MonotonicInstant(nanoseconds: instant)
    }
}
