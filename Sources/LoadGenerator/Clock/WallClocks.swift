import Measurement

/// Two wall clocks that daemons keep close to true time, as a second way to compare two monotonic clocks.
struct WallClocks {
    /// How far both together may be from true time, ns.
    let errorNanoseconds: Int64

    // Each wall clock is read next to the monotonic one, some microseconds apart.
    private static let readingError: Int64 = 20_000

    /// - Returns: `nil` unless both hosts report how far their wall clocks may be off.
    init?(server: Int64?, own: ChronyTracking?) {
        guard let server, let own, server >= 0 else { return nil }
        let (sum, isBeyond) = server.addingReportingOverflow(own.bound.nanoseconds + Self.readingError)
        if isBeyond { return nil }
        errorNanoseconds = sum
    }

    /// - Parameters:
    ///   - before: When the clocks were read before the measurement, and how far the server's monotonic clock was ahead
    ///     if both wall clocks showed the same.
    ///   - after: The same after it.
    /// - Returns: An estimate like that of two exchanges.
    func estimate(
        before: (instant: MonotonicInstant, ahead: Int64?), after: (instant: MonotonicInstant, ahead: Int64?)
    ) -> ClockEstimate? {
        ClockEstimate(before: exchange(before), after: exchange(after))
    }

    /// An exchange whose middle is exact and whose reach is the error of the clocks.
    private func exchange(_ reading: (instant: MonotonicInstant, ahead: Int64?)) -> [ClockExchange] {
        guard let ahead = reading.ahead else { return [] }
        let reach = Duration.nanoseconds(errorNanoseconds)
        let exchange = ClockExchange(
            sent: reading.instant - reach, server: reading.instant + .nanoseconds(ahead),
            received: reading.instant + reach)
        return exchange.map { [$0] } ?? []
    }
}
