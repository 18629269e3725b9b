/// Decides whether a peer takes too long for one message, from its first byte to its last.
///
/// The clock is not asked for every message: a message that is complete when its bytes are read costs nothing.
struct MessageDeadline: Sendable {
    enum ClockAnswer: Equatable {
        case wait(until: Int64)
        case overdue
    }

    private enum State {
        /// No message is unfinished.
        case idle
        /// One is, and the clock has not been asked since it began.
        case begun
        case running(until: Int64)
    }

    private let limit: Int64
    private var state = State.idle

    init(limit: Duration) {
        self.limit = limit.wholeNanoseconds
    }

    /// Whether ``clockReached(_:)`` is to be called soon: a message has begun.
    var wantsClock: Bool {
        if case .begun = state { return true }
        return false
    }

    /// A message is complete.
    mutating func messageEnded() {
        state = .idle
    }

    /// All that was received has been read.
    ///
    /// - Parameter isUnfinished: Whether a part of a message is left over.
    mutating func inputRead(isUnfinished: Bool) {
        if !isUnfinished { state = .idle } else if case .idle = state { state = .begun }
    }

    /// - Parameter now: The driver's monotonic clock, in nanoseconds.
    /// - Returns: `nil` if no message is unfinished.
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
