/// Limits the time of one message, from its first byte to its last.
///
/// A message that is complete in one read does not need the clock.
struct MessageDeadline: Sendable {
    enum ClockAnswer: Equatable {
        case wait(until: Int64)
        case overdue
    }

    private enum State {
        /// No message is incomplete.
        case idle
        /// A message is incomplete, and its deadline is not yet set.
        case begun
        case running(until: Int64)
    }

    private let limit: Int64
    private var state = State.idle

    init(limit: Duration) {
        self.limit = limit.wholeNanoseconds
    }

    /// Whether to call ``clockReached(_:)`` soon, because a message has begun.
    var wantsClock: Bool {
        if case .begun = state { return true }
        return false
    }

    /// A message is complete.
    mutating func messageEnded() {
        state = .idle
    }

    /// All received input has been read.
    ///
    /// - Parameter isUnfinished: Whether the input ended inside a message.
    mutating func inputRead(isUnfinished: Bool) {
        if !isUnfinished { state = .idle } else if case .idle = state { state = .begun }
    }

    /// - Parameter now: The driver's monotonic clock, in nanoseconds.
    /// - Returns: `nil` if no message is incomplete.
    mutating func clockReached(_ now: Int64) -> ClockAnswer? {
        switch state {
        case .idle: return nil
        case .begun:
            state = .running(until: now + limit)
            return .wait(until: now + limit)
        case .running(let until): return now < until ? .wait(until: until) : .overdue
        }
    }
}
