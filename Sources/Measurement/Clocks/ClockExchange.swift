/// One reading of another host's clock: a request and its answer.
///
/// The other clock was read at some instant between `sent` and `received`; which one is unknown.
package struct ClockExchange: Sendable, Hashable {
    /// Own clock before the request.
    package let sent: MonotonicInstant
    /// The other clock, as the answer reports it.
    package let server: MonotonicInstant
    /// Own clock after the answer.
    package let received: MonotonicInstant

    private static let latestInstant = Int64(1) << 61

    /// - Returns: `nil` if the instants are out of order, or so large that their differences could overflow.
    package init?(sent: MonotonicInstant, server: MonotonicInstant, received: MonotonicInstant) {
        let range = -Self.latestInstant...Self.latestInstant
        guard sent <= received, [sent, server, received].allSatisfy({ range.contains($0.nanoseconds) }) else {
            return nil
        }
        (self.sent, self.server, self.received) = (sent, server, received)
    }

    package var roundTrip: Duration { received - sent }

    /// Own clock halfway between request and answer.
    var middle: Int64 { sent.nanoseconds + (received.nanoseconds - sent.nanoseconds) / 2 }

    /// How far the other clock is ahead of the own one, ns, if request and answer took equally long.
    var ahead: Int64 { server.nanoseconds - middle }

    /// How far `ahead` may be off, ns: half the round trip, plus what two clocks drift apart in that time, plus one for
    /// halves that were rounded.
    var reach: Double { Double(roundTrip.nanoseconds) / 2 * (1 + ClockEstimate.mostDrift) + 1 }
}
