import Measurement
import NIOCore
import Testing

@testable import Feed

@Suite("Changes of the synthetic feed while it runs")
struct LiveFeedTests {
    @Test("without a change the due times and items are those of the seed")
    func unchanged() {
        var feed = generator(period: .milliseconds(10))
        #expect(feed.nextDueMicroseconds == 10_000)
        #expect((0..<3).map { _ in feed.next().dueMicroseconds } == [10_000, 20_000, 30_000])
        #expect(feed.nextDueMicroseconds == 40_000)
    }

    @Test("a new rate counts from now; sequences go on")
    func rate() {
        var feed = generator(period: .milliseconds(10))
        _ = feed.next()
        feed.restart(period: .milliseconds(100), at: 15_000)
        let items = (0..<2).map { _ in feed.next() }
        #expect(items.map(\.sequence) == [2, 3])
        #expect(items.map(\.dueMicroseconds) == [115_000, 215_000])
    }

    @Test("no item is due before an earlier one, whatever the clock says", arguments: [-5, 0, 9_000] as [Int64])
    func order(now: Int64) {
        var feed = generator(period: .milliseconds(10))
        _ = feed.next()
        feed.restart(at: now)
        #expect(feed.next().dueMicroseconds == 20_000)
        #expect(feed.additional(at: now).dueMicroseconds == 20_000)
    }

    @Test("an additional item is due now and does not move the schedule")
    func additional() {
        var feed = generator(period: .milliseconds(10))
        let now = feed.additional(at: 4_000)
        #expect(now.sequence == 1)
        #expect(now.dueMicroseconds == 4_000)
        #expect(feed.next().dueMicroseconds == 10_000)
        // Of a paused feed, nothing is due in the past later.
        #expect(feed.additional(at: 90_000).dueMicroseconds == 90_000)
        #expect(feed.nextDueMicroseconds == 90_000)
    }

    @Test("items get the new size, larger or smaller", arguments: [20, 64, 5_000])
    func size(bytes: Int) {
        var feed = generator(period: .milliseconds(10))
        _ = feed.next()
        feed.resize(payloadBytes: bytes)
        let items = (0..<5).map { _ in feed.next() }
        #expect(items.allSatisfy { $0.payloadBytes == bytes })
        #expect(items.map(\.dueMicroseconds) == [20_000, 30_000, 40_000, 50_000, 60_000])
    }

    @Test("a Poisson feed does not repeat its gaps after a restart")
    func poisson() {
        var feed = FeedGenerator(payloadBytes: 64, period: .milliseconds(10), arrivals: .poisson, seed: 7)
        let first = feed.nextDueMicroseconds
        _ = feed.next()
        feed.restart(at: 1_000_000)
        #expect(feed.nextDueMicroseconds - 1_000_000 != first)
        #expect(feed.nextDueMicroseconds > 1_000_000)
    }

    private func generator(period: Duration) -> FeedGenerator {
        FeedGenerator(payloadBytes: 64, period: period, arrivals: .constant, seed: 1)
    }
}
