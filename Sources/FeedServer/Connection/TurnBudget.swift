import Measurement

/// Work that an event loop does for single clients before it serves all others.
///
/// Without a limit, a few compressed bytes that are inflated and deflated again block a loop's other connections.
struct TurnBudget: Equatable {
    /// Bytes of messages in one turn: some milliseconds of inflating and deflating.
    static let bytesPerTurn = 1 << 20

    private var spent = 0

    /// Whether the turn's budget is used up; further work waits for the next turn.
    var isSpent: Bool { spent >= Self.bytesPerTurn }

    mutating func spend(_ bytes: Int) { spent += bytes }

    mutating func turnBegan() { spent = 0 }

    /// Time for the loop's other connections before the next turn.
    ///
    /// As long as the turn took: a new connection needs several iterations of the loop until it is answered, and one
    /// message of 16 MiB may take a turn of 200 ms. So turns get half of the loop's time, and no connection waits for
    /// two of them.
    static func pause(afterTurnOf length: Duration) -> Duration { max(.microseconds(100), length) }
}
