import Feed
import Measurement

/// Decides when a held poll is answered: at once if the client is behind, otherwise with the next item, or with an
/// empty response when the hold ends.
struct LongPollSubscriber: Subscriber {
    private enum State {
        case holding(after: UInt64, until: MonotonicInstant)
        case answered
    }

    private let requestedCursor: UInt64?
    private let hold: Duration
    private let byteLimit: Int
    private var state = State.answered

    init(after cursor: UInt64?, hold: Duration, byteLimit: Int) {
        requestedCursor = cursor
        self.hold = hold
        self.byteLimit = byteLimit
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        let deadline = now + hold
        state = .holding(after: requestedCursor ?? window.oldest - 1, until: deadline)
        let actions = itemPublished(window)
        return actions == .none ? SubscriberActions(wakeAt: deadline) : actions
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        guard case .holding(let cursor, _) = state else { return .none }
        let message = FeedMessage(window, after: cursor, byteLimit: byteLimit)
        if case .nothing = message { return .none }
        return answer(message)
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        guard case .holding(_, let deadline) = state else { return .none }
        guard now >= deadline else { return SubscriberActions(wakeAt: deadline) }
        return answer(.nothing(newest: window.newest))
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        guard case .holding = state else { return SubscriberActions(then: .close) }
        state = .answered
        return SubscriberActions(.message(.nothing(newest: window.newest)), then: .close)
    }

    private mutating func answer(_ message: FeedMessage) -> SubscriberActions {
        state = .answered
        return SubscriberActions(.message(message), then: .nextRequest)
    }
}
