import Feed
import Measurement

/// Answers a short poll: whatever is there, now.
struct ShortPollSubscriber: Subscriber {
    let after: UInt64?
    let latestOnly: Bool
    let byteLimit: Int

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        SubscriberActions(.message(answer(window)), then: .nextRequest)
    }

    private func answer(_ window: FeedWindow) -> FeedMessage {
        let cursor = after ?? window.oldest - 1
        if latestOnly, cursor < window.newest {
            return .items(after: window.newest - 1, through: window.newest)
        }
        switch window.read(after: cursor, byteLimit: byteLimit) {
        case .items(let through): return .items(after: cursor, through: through)
        case .nothing: return .nothing(newest: window.newest)
        case .gap(let oldest): return .gap(oldest: oldest)
        }
    }
}
