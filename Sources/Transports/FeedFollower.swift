import Feed

/// Where a connection that lasts stands in the feed, and what follows there.
struct FeedFollower: Sendable {
    /// Last sequence sent.
    private(set) var cursor: UInt64
    private let startsAtOldest: Bool
    private let byteLimit: Int

    // What is written at once to a subscriber that is behind; more follows when that has gone out.
    private static let batchBytes = 256 << 10

    /// Without a cursor the feed begins with the oldest item kept.
    init(after cursor: UInt64?, byteLimit: Int) {
        self.cursor = cursor ?? 0
        startsAtOldest = cursor == nil
        self.byteLimit = min(Self.batchBytes, byteLimit)
    }

    mutating func begin(_ window: FeedWindow) {
        if startsAtOldest { cursor = window.oldest - 1 }
    }

    /// What comes next, or `nil` if the subscriber has everything or has lost something; counts as sent.
    mutating func next(_ window: FeedWindow) -> FeedMessage? {
        guard case .items(let through) = window.read(after: cursor, byteLimit: byteLimit) else { return nil }
        defer { cursor = through }
        return .items(after: cursor, through: through)
    }

    /// The oldest item kept, if items after the cursor are lost.
    func gap(_ window: FeedWindow) -> UInt64? {
        guard case .gap(let oldest) = window.read(after: cursor) else { return nil }
        return oldest
    }

    /// Goes on with the oldest item kept.
    ///
    /// - Returns: How many items are left out.
    mutating func skip(to oldest: UInt64) -> UInt64 {
        defer { cursor = oldest - 1 }
        return oldest - 1 - cursor
    }
}
