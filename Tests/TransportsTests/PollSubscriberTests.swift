import Feed
import Measurement
import NIOCore
import Testing

@testable import Transports

@Suite("Short polls are answered at once")
struct ShortPollSubscriberTests {
    @Test(
        "with the items after the cursor",
        arguments: [
            (nil, .items(after: 6, through: 10)), (9, .items(after: 9, through: 10)),
            (6, .items(after: 6, through: 10)),
            (5, .gap(oldest: 7)), (0, .gap(oldest: 7)), (10, .nothing(newest: 10)), (11, .nothing(newest: 10)),
        ] as [(UInt64?, FeedMessage)])
    func answers(after: UInt64?, message: FeedMessage) {
        var subscriber = ShortPollSubscriber(after: after, latestOnly: false, byteLimit: .max)
        let actions = subscriber.opened(window(items: 10, capacity: 4), at: at(0))
        #expect(actions == SubscriberActions(.message(message), then: .nextRequest))
    }

    @Test(
        "with only the newest item, if requested",
        arguments: [
            (nil, .items(after: 9, through: 10)), (0, .items(after: 9, through: 10)),
            (9, .items(after: 9, through: 10)),
            (10, .nothing(newest: 10)),
        ] as [(UInt64?, FeedMessage)])
    func latestOnly(after: UInt64?, message: FeedMessage) {
        var subscriber = ShortPollSubscriber(after: after, latestOnly: true, byteLimit: .max)
        #expect(subscriber.opened(window(items: 10, capacity: 4), at: at(0)).first == .message(message))
    }

    @Test("with no item while the feed is empty", arguments: [nil, 0] as [UInt64?])
    func emptyFeed(after: UInt64?) {
        var subscriber = ShortPollSubscriber(after: after, latestOnly: true, byteLimit: .max)
        #expect(subscriber.opened(window(items: 0), at: at(0)).first == .message(.nothing(newest: 0)))
    }

    @Test(
        "without a subscriber as with one",
        arguments: [
            "/poll", "/poll?after=9", "/poll?after=10", "/poll?after=2", "/poll?after=8&latest=1",
            "/poll?after=10&empty=full",
        ])
    func answersAtOnce(target: String) throws {
        let request = try feedRequest(target)
        let settings = ServerSettings()
        let window = window(items: 10, capacity: 4)
        var subscriber = try ShortPolling.makeSubscriber(for: request, settings: settings)
        let actions = subscriber.opened(window, at: at(0))
        let answer = try #require(ShortPolling.answer(to: request, from: window, settings: settings))
        #expect(actions == SubscriberActions(.message(answer.message), then: .nextRequest))
        #expect(answer.variant == subscriber.variant)
    }

    @Test("with no more than the batch limit")
    func batchLimit() {
        var subscriber = ShortPollSubscriber(after: 2, latestOnly: false, byteLimit: 35)
        #expect(subscriber.opened(window(items: 9), at: at(0)).first == .message(.items(after: 2, through: 5)))
    }
}

@Suite("Long polls are held")
struct LongPollSubscriberTests {
    @Test(
        "a client that is behind is answered at once",
        arguments: [
            (nil, .items(after: 6, through: 10)), (9, .items(after: 9, through: 10)), (5, .gap(oldest: 7)),
        ] as [(UInt64?, FeedMessage)])
    func behind(after: UInt64?, message: FeedMessage) {
        var subscriber = LongPollSubscriber(after: after, hold: .seconds(5), byteLimit: .max)
        let actions = subscriber.opened(window(items: 10, capacity: 4), at: at(100))
        #expect(actions == SubscriberActions(.message(message), then: .nextRequest))
        // The response is complete: nothing more may be written to it.
        #expect(subscriber.itemPublished(window(items: 11, capacity: 4)) == .none)
        #expect(subscriber.clockReached(at(90_000), window: window(items: 11)) == .none)
    }

    @Test("a client that has every item waits for the next one", arguments: [10, 12] as [UInt64])
    func held(after: UInt64) {
        var subscriber = LongPollSubscriber(after: after, hold: .seconds(5), byteLimit: .max)
        #expect(subscriber.opened(window(items: 10), at: at(100)) == SubscriberActions(wakeAt: at(5_100)))
        #expect(subscriber.itemPublished(window(items: 10)) == .none)
        let actions = subscriber.itemPublished(window(items: after + 1))
        #expect(actions == SubscriberActions(.message(.items(after: after, through: after + 1)), then: .nextRequest))
    }

    @Test("the first poll of an empty feed waits for item 1")
    func emptyFeed() {
        var subscriber = LongPollSubscriber(after: nil, hold: .seconds(5), byteLimit: .max)
        #expect(subscriber.opened(window(items: 0), at: at(0)) == SubscriberActions(wakeAt: at(5_000)))
        #expect(subscriber.itemPublished(window(items: 1)).first == .message(.items(after: 0, through: 1)))
    }

    @Test("the hold ends at its deadline and not a nanosecond before")
    func deadline() {
        var subscriber = LongPollSubscriber(after: 3, hold: .seconds(5), byteLimit: .max)
        let window = window(items: 3)
        _ = subscriber.opened(window, at: at(100))
        let early = subscriber.clockReached(at(5_100) - .nanoseconds(1), window: window)
        #expect(early == SubscriberActions(wakeAt: at(5_100)))
        let actions = subscriber.clockReached(at(5_100), window: window)
        #expect(actions == SubscriberActions(.message(.nothing(newest: 3)), then: .nextRequest))
    }

    @Test("a burst that exceeds the window while the poll is held is reported as a gap")
    func gapWhileHeld() {
        var subscriber = LongPollSubscriber(after: 3, hold: .seconds(5), byteLimit: .max)
        _ = subscriber.opened(window(items: 3, capacity: 4), at: at(0))
        let actions = subscriber.itemPublished(window(items: 20, capacity: 4))
        #expect(actions == SubscriberActions(.message(.gap(oldest: 17)), then: .nextRequest))
    }

    @Test("a stopping server answers the held poll without items and closes")
    func serverStops() {
        var subscriber = LongPollSubscriber(after: 3, hold: .seconds(5), byteLimit: .max)
        _ = subscriber.opened(window(items: 3), at: at(0))
        let actions = subscriber.serverStopping(window(items: 3))
        #expect(actions == SubscriberActions(.message(.nothing(newest: 3)), then: .close))
        #expect(subscriber.serverStopping(window(items: 3)) == SubscriberActions(then: .close))
    }
}
