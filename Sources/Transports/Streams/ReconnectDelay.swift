import Measurement

/// How long a client waits before it reconnects: exponential backoff with jitter, so that clients that were
/// disconnected together do not reconnect together.
package struct ReconnectDelay: Sendable {
    /// Longest wait before the first attempt; the shortest is half of it. Each later attempt may wait twice as long.
    package var first = Duration.milliseconds(50)

    private var failures = 0
    private var random: SeededGenerator

    private static let longest = Duration.seconds(5)
    private static let maximumDoublings = 7

    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// The wait before the next attempt.
    package mutating func next() -> Duration {
        let ceiling = min(max(Self.longest, first), first * (1 << min(failures, Self.maximumDoublings)))
        failures += 1
        return ceiling * (0.5 + 0.5 * random.uniform())
    }

    /// The attempt succeeded: the next failure counts as the first one.
    package mutating func succeeded() {
        failures = 0
    }
}
