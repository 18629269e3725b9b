import Feed
import Testing

@testable import Transports

@Suite("Following the feed, and the policy for slow subscribers")
struct FeedFollowerTests {
    private static func follower(
        after cursor: UInt64?, _ policy: SlowSubscriberPolicy = .disconnect, batchByteLimit: Int = 8 << 20
    ) -> FeedFollower {
        FeedFollower(after: cursor, settings: ServerSettings(batchByteLimit: batchByteLimit, slowSubscriber: policy))
    }

    @Test("items after the cursor are sent once, in batches; then the follower waits")
    func batches() {
        var follower = Self.follower(after: 2, batchByteLimit: 20)
        let five = window(items: 5)
        #expect(follower.begin(five) == .send(.items(after: 2, through: 4), skipped: 0))
        #expect(follower.next(five) == .send(.items(after: 4, through: 5), skipped: 0))
        #expect(follower.next(five) == .wait)
        #expect(follower.next(window(items: 6)) == .send(.items(after: 5, through: 6), skipped: 0))
    }

    @Test("without a cursor the feed begins with the oldest item kept, or with the first item published")
    func noCursor() {
        var late = Self.follower(after: nil)
        #expect(late.begin(window(items: 10, capacity: 4)) == .send(.items(after: 6, through: 10), skipped: 0))
        var early = Self.follower(after: nil)
        #expect(early.begin(window(items: 0)) == .wait)
        #expect(early.next(window(items: 1)) == .send(.items(after: 0, through: 1), skipped: 0))
    }

    @Test("a gap at the beginning is reported under either policy", arguments: SlowSubscriberPolicy.allCases)
    func gapAtTheBeginning(policy: SlowSubscriberPolicy) {
        var follower = Self.follower(after: 2, policy)
        let ten = window(items: 10, capacity: 4)
        #expect(follower.begin(ten) == .lost(oldest: 7, fellBehind: false))
        #expect(follower.resume(at: 7, ten) == .send(.items(after: 6, through: 10), skipped: 0))
        #expect(follower.next(ten) == .wait)
    }

    @Test("a cursor directly before the oldest item has no gap")
    func border() {
        var follower = Self.follower(after: 6)
        #expect(follower.begin(window(items: 10, capacity: 4)) == .send(.items(after: 6, through: 10), skipped: 0))
    }

    @Test("a subscriber that falls behind gets a gap notice")
    func disconnect() {
        var follower = Self.follower(after: 10)
        #expect(follower.begin(window(items: 10, capacity: 4)) == .wait)
        #expect(follower.next(window(items: 30, capacity: 4)) == .lost(oldest: 27, fellBehind: true))
    }

    @Test("under the policy skip it continues with the oldest item kept, every time")
    func skip() {
        var follower = Self.follower(after: 10, .skip)
        #expect(follower.begin(window(items: 10, capacity: 4)) == .wait)
        #expect(
            follower.next(window(items: 30, capacity: 4)) == .send(.items(after: 26, through: 30), skipped: 16))
        #expect(
            follower.next(window(items: 35, capacity: 4)) == .send(.items(after: 31, through: 35), skipped: 1))
    }
}
