import Feed

/// Where a connection that lasts stands in the feed, what it gets next, and what becomes of a subscriber that is too
/// slow. Its user only says it in the transport's own way.
struct FeedFollower: Sendable {
    /// What comes next.
    enum Step: Equatable, Sendable {
        /// Items, which count as sent; before them so many are left out that the subscriber will never get.
        case send(FeedMessage, skipped: UInt64)
        /// The subscriber has everything.
        case wait
        /// Items that the subscriber has not got are kept no longer: tell it, and end. It fell behind if it was too slow;
        /// else it came with a cursor that is too old.
        case lost(oldest: UInt64, fellBehind: Bool)
    }

    // Last sequence sent.
    private var cursor: UInt64
    private let startsAtOldest: Bool
    private let byteLimit: Int
    private let slowSubscriber: SlowSubscriberPolicy

    // What is written at once to a subscriber that is behind; more follows when that has gone out.
    private static let batchBytes = 256 << 10

    /// Without a cursor the feed begins with the oldest item kept.
    init(after cursor: UInt64?, settings: ServerSettings) {
        self.cursor = cursor ?? 0
        startsAtOldest = cursor == nil
        byteLimit = min(Self.batchBytes, settings.batchByteLimit)
        slowSubscriber = settings.slowSubscriber
    }

    /// The first step. A gap there is not the subscriber's fault, so no policy skips it.
    mutating func begin(_ window: FeedWindow) -> Step {
        if startsAtOldest { cursor = window.oldest - 1 }
        return step(window, hasBegun: false)
    }

    /// Each further step.
    mutating func next(_ window: FeedWindow) -> Step {
        step(window, hasBegun: true)
    }

    /// Goes on behind a gap that the subscriber was told of.
    mutating func resume(at oldest: UInt64, _ window: FeedWindow) -> Step {
        cursor = oldest - 1
        return step(window, hasBegun: true)
    }

    private mutating func step(_ window: FeedWindow, hasBegun: Bool, skipped: UInt64 = 0) -> Step {
        let message = FeedMessage(window, after: cursor, byteLimit: byteLimit)
        switch message {
        case .items(_, let through):
            cursor = through
            return .send(message, skipped: skipped)
        case .nothing: return .wait
        case .gap(let oldest):
            guard hasBegun, slowSubscriber == .skip else { return .lost(oldest: oldest, fellBehind: hasBegun) }
            let left = oldest - 1 - cursor
            cursor = oldest - 1
            return step(window, hasBegun: true, skipped: left)
        }
    }
}

extension FeedMessage {
    /// What the window holds for a client with this cursor: up to so many payload bytes, one item at least.
    init(_ window: FeedWindow, after cursor: UInt64, byteLimit: Int) {
        switch window.read(after: cursor, byteLimit: byteLimit) {
        case .items(let through): self = .items(after: cursor, through: through)
        case .nothing: self = .nothing(newest: window.newest)
        case .gap(let oldest): self = .gap(oldest: oldest)
        }
    }
}
