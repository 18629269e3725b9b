import Measurement

/// Pauses between attempts to connect again: 100 ms, then twice as long each time, at most 2 s.
struct RetryPause: Equatable {
    private static let first = Duration.milliseconds(100)
    private static let longest = Duration.seconds(2)

    private var pause = Self.first

    /// The pause before the next attempt.
    mutating func next() -> Duration {
        defer { pause = min(pause * 2, Self.longest) }
        return pause
    }

    /// An attempt succeeded.
    mutating func succeeded() { pause = Self.first }
}
