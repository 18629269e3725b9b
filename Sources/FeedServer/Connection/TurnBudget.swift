import Measurement

/// Work that single clients may make an event loop do before all others get their turn.
///
/// Without a limit a few compressed bytes, inflated and deflated again, keep a loop from every other connection.
struct TurnBudget: Equatable {
    /// Bytes of messages in one turn: some milliseconds of inflating and deflating.
    static let bytesPerTurn = 1 << 20

    private var spent = 0

    /// Whether the turn's share is used up; further work waits for the next turn.
    var isSpent: Bool { spent >= Self.bytesPerTurn }

    mutating func spend(_ bytes: Int) { spent += bytes }

    mutating func turnBegan() { spent = 0 }

    /// How long the loop looks after its other connections before the next turn.
    ///
    /// As long as the turn took: a new connection needs several rounds of the loop until it is answered, and one
    /// message of 16 MiB may take a turn of 200 ms. So turns get half of a loop's time, and others never wait for two
    /// of them.
    static func pause(afterTurnOf length: Duration) -> Duration { max(.microseconds(100), length) }
}
