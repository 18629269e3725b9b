import Host
import Measurement

/// Faults made on purpose: they show that a run with a slow load generator is rejected.
package struct LoadFaults: Codable, Equatable, Sendable {
    /// CPU time burnt for each item received.
    package var receiveDelay = Duration.zero
    /// How long the driver sleeps before it begins a poll.
    package var pollDelay = Duration.zero

    package init(receiveDelay: Duration = .zero, pollDelay: Duration = .zero) {
        self.receiveDelay = receiveDelay
        self.pollDelay = pollDelay
    }

    /// Keeps the processor busy for a while.
    static func burn(for duration: Duration) {
        let end = MonotonicClock.now() + duration
        while MonotonicClock.now() < end {}
    }
}
