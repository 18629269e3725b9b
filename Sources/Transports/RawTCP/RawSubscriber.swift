import Feed
import Measurement
import NIOCore

/// The server's half of a raw TCP connection: sends the items after its cursor.
struct RawSubscriber: Subscriber {
    private var follower: FeedFollower
    private var isOver = false

    init(after cursor: UInt64?, settings: ServerSettings) {
        follower = FeedFollower(after: cursor, settings: settings)
    }

    var liveCursor: UInt64? { isOver ? nil : follower.cursor }

    mutating func delivered(through sequence: UInt64) {
        follower.delivered(through: sequence)
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        take(follower.begin(window))
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        isOver ? .none : take(follower.next(window))
    }

    private mutating func take(_ step: FeedFollower.Step) -> SubscriberActions {
        switch step {
        case .send(let message, let skipped): return SubscriberActions(.message(message), skipped: skipped)
        case .wait: return .none
        case .lost(let oldest, let fellBehind):
            var actions = end(GapNotice.text(oldest: oldest))
            actions.fellBehind = fellBehind
            return actions
        }
    }

    // A client sends only its first line.
    mutating func received(_ bytes: inout ByteBuffer, window: FeedWindow) -> SubscriberActions {
        bytes.clear()
        return isOver ? .none : end("the client sent more than its first line")
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        isOver ? SubscriberActions(then: .close) : end("the server stops")
    }

    private mutating func end(_ sentence: String) -> SubscriberActions {
        isOver = true
        return SubscriberActions(.bytes(RawTCP.notice(sentence)), then: .close)
    }
}
