import Feed
import Measurement
import NIOCore

/// The server's half of a raw TCP connection: sends what follows its cursor.
struct RawSubscriber: Subscriber {
    private var follower: FeedFollower
    private let slowSubscriber: SlowSubscriberPolicy
    private var hasStarted = false
    private var isOver = false

    init(after cursor: UInt64?, settings: ServerSettings) {
        follower = FeedFollower(after: cursor, byteLimit: settings.batchByteLimit)
        slowSubscriber = settings.slowSubscriber
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        follower.begin(window)
        defer { hasStarted = true }
        return itemPublished(window)
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        if isOver { return .none }
        if let message = follower.next(window) { return SubscriberActions(.message(message)) }
        guard let oldest = follower.gap(window) else { return .none }
        if hasStarted, slowSubscriber == .skip {
            let skipped = follower.skip(to: oldest)
            var actions = itemPublished(window)
            actions.skipped = skipped
            return actions
        }
        var actions = end(GapNotice.text(oldest: oldest))
        actions.fellBehind = hasStarted
        return actions
    }

    // After its first line a client has nothing to say.
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
