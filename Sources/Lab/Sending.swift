import LoadGenerator
import Measurement
import Scenario
import Transports

/// What each client of a case sends.
struct Sending: Sendable {
    let rate: ItemRate
    let payloadBytes: Int

    /// - Returns: `nil` for a feed that is pushed.
    init?(_ feed: Scenario.Feed) {
        guard feed.isEcho, let rate = feed.rate, let payload = feed.payload else { return nil }
        self.rate = rate
        payloadBytes = payload.bytes
    }

    /// Lets the clients of a plan send from an instant on, as long as the feed of another case would last.
    func add(to plan: inout LoadPlan, from start: MonotonicInstant, _ timing: CaseTiming) {
        plan.send = SendPlan(from: start, lasting: timing.feedDuration, rate: rate, payloadBytes: payloadBytes)
        plan.cursor = 0
        // Messages are due and come back by the clients' own clock, whatever the server's is.
        plan.epoch = start
    }
}
