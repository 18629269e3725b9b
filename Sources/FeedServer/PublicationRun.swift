import Measurement

/// Lets an event loop poll its sockets although the feed is behind.
///
/// SwiftNIO runs tasks until none is ready, and only then polls sockets. If each delivery takes longer than the time
/// until the next item, there is always a task. Without a pause the loop would read no request, not even `/stats`, and
/// accept no connection until the feed ends.
struct PublicationRun: Equatable {
    /// Deliveries go on for this time at most; a single one may take longer.
    static let longest = Duration.milliseconds(10)
    /// Long enough for a new connection, which needs several polls until it is answered.
    static let pause = Duration.microseconds(500)
    // Between two tasks that follow one another there is less.
    private static let shortestIdle = Duration.microseconds(50)

    private var began = MonotonicInstant(nanoseconds: 0)
    private var ended = MonotonicInstant(nanoseconds: 0)
    /// If the loop has no task for this time after a delivery, it polls its sockets.
    private var idle = Self.shortestIdle

    /// Whether a delivery waits for a pause. The items that are published meanwhile are delivered together.
    ///
    /// - Parameters:
    ///   - start: When the work on the items began.
    ///   - now: When they can be delivered.
    /// - Returns: Whether the loop has worked too long.
    mutating func mustPause(_ start: MonotonicInstant, at now: MonotonicInstant) -> Bool {
        if start - ended >= idle { began = start }
        return now - began >= Self.longest
    }

    mutating func paused(until now: MonotonicInstant) { began = now }

    mutating func delivered(from start: MonotonicInstant, until end: MonotonicInstant) {
        (ended, idle) = (end, max(Self.shortestIdle, (end - start) / 16))
    }
}
