import Measurement

/// How long a client waits before it connects again: longer each time, and each client by its own dice, so that those
/// who were cut off together do not come back together.
package struct ReconnectDelay: Sendable {
    /// Between half of it and the whole pass before the first attempt; each further one may take twice as long.
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

    /// The attempt was a success; the next failure is a first one.
    package mutating func succeeded() {
        failures = 0
    }
}
