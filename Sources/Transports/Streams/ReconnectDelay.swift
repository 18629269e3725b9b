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

    private let policy: ReconnectPolicy

    package init(seed: UInt64, policy: ReconnectPolicy = ReconnectPolicy()) {
        random = SeededGenerator(seed: seed)
        self.policy = policy
        first = policy.wait
    }

    /// The wait before the next attempt.
    package mutating func next() -> Duration {
        let factor = policy.backsOff ? 1 << min(failures, Self.maximumDoublings) : 1
        let ceiling = min(max(Self.longest, first), first * factor)
        failures += 1
        return policy.hasJitter ? ceiling * (0.5 + 0.5 * random.uniform()) : ceiling
    }

    /// The attempt succeeded: the next failure counts as the first one.
    package mutating func succeeded() {
        failures = 0
    }
}

/// How clients wait before they connect again.
package struct ReconnectPolicy: Codable, Sendable, Hashable {
    /// Longest wait before the first attempt; without jitter, the wait.
    package var wait: Duration
    /// Whether the wait doubles with each failure.
    package var backsOff: Bool
    /// Whether the wait is random, from half of its length to all of it.
    package var hasJitter: Bool

    package init(wait: Duration = .milliseconds(50), backsOff: Bool = true, hasJitter: Bool = true) {
        self.wait = wait
        self.backsOff = backsOff
        self.hasJitter = hasJitter
    }
}
