import Feed

/// Follows the feed for one long-lived connection: decides what to send next and how to treat a slow subscriber.
/// Subscribers translate each step into their transport's form.
struct FeedFollower: Sendable {
    /// What to do next.
    enum Step: Equatable, Sendable {
        /// Send these items. `skipped` counts items before them that the subscriber will never get.
        case send(FeedMessage, skipped: UInt64)
        /// The subscriber has every item.
        case wait
        /// Report that items after the subscriber's cursor are no longer kept, and end. `fellBehind` is true for a slow
        /// subscriber, false for one that connected with a cursor that is too old.
        case lost(oldest: UInt64, fellBehind: Bool)
    }

    /// Last sequence sent.
    private(set) var cursor: UInt64
    private let startsAtOldest: Bool
    private let byteLimit: Int
    private let slowSubscriber: SlowSubscriberPolicy

    // Largest write to a subscriber that is behind, in bytes; the next batch follows once it is written.
    private static let batchBytes = 256 << 10

    fileprivate static func byteLimit(_ settings: ServerSettings) -> Int { min(batchBytes, settings.batchByteLimit) }

    /// Without a cursor, starts with the oldest item kept.
    init(after cursor: UInt64?, settings: ServerSettings) {
        self.cursor = cursor ?? 0
        startsAtOldest = cursor == nil
        byteLimit = Self.byteLimit(settings)
        slowSubscriber = settings.slowSubscriber
    }

    /// The first step. A gap here comes from an old cursor, so the policy for slow subscribers does not apply.
    mutating func begin(_ window: FeedWindow) -> Step {
        if startsAtOldest { cursor = window.oldest - 1 }
        return step(window, hasBegun: false)
    }

    /// Every later step.
    mutating func next(_ window: FeedWindow) -> Step {
        step(window, hasBegun: true)
    }

    /// These items were sent without asking.
    mutating func delivered(through sequence: UInt64) {
        cursor = max(cursor, sequence)
    }

    /// Continues after a gap that was reported to the subscriber.
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
    /// All items after a cursor, if they are one message for every subscriber; `nil` if they may be several, or some
    /// are no longer kept.
    package init?(allOf window: FeedWindow, after cursor: UInt64, settings: ServerSettings) {
        self.init(window, after: cursor, byteLimit: FeedFollower.byteLimit(settings))
        guard case .items(_, window.newest) = self else { return nil }
    }

    /// The window's items for a client with this cursor: up to `byteLimit` payload bytes, but at least one item.
    init(_ window: FeedWindow, after cursor: UInt64, byteLimit: Int) {
        switch window.read(after: cursor, byteLimit: byteLimit) {
        case .items(let through): self = .items(after: cursor, through: through)
        case .nothing: self = .nothing(newest: window.newest)
        case .gap(let oldest): self = .gap(oldest: oldest)
        }
    }
}
