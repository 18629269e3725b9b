import Measurement
import Transports

/// The answers of long polling on a network: the time between two of them, and what the line and losses add.
struct LongPollAnswers {
    private let conditions: Conditions
    private let hold: Double
    /// Whether an answer carries one item at most.
    let isSingle: Bool
    /// R without processing: from an answer to the next request at the server, with the time that the line needs for
    /// both.
    private(set) var turn: Double
    /// Whether the line is fast enough for the feed.
    let areCarried: Bool

    private var feed: FeedForecast { conditions.feed }
    private var link: LinkForecast { conditions.link }

    init(_ options: TransportOptions, _ conditions: Conditions) {
        self.conditions = conditions
        hold = options[LongPolling.hold].seconds
        isSingle = options[LongPolling.batch] == .one
        let (feed, link) = (conditions.feed, conditions.link)
        areCarried = feed.rate * link.lineTime(of: conditions.itemBytes) < 1
        let fixed =
            link.roundTrip + conditions.setupTime(options[PollConnection.key] == .new)
            + options[LongPolling.pause].seconds + link.upLineTime(of: conditions.requestBytes)
        turn = fixed
        // A longer answer lets more items wait for the next one, which is longer for them.
        for _ in 0..<(areCarried && link.isLimited ? Self.steps : 1) {
            turn = fixed + passage(cycle(turn + conditions.processing.ofTurn.value).batches).largest
        }
    }

    private static let steps = 24

    /// With this R, in seconds.
    func cycle(_ turn: Double) -> LongPollCycle {
        LongPollCycle(feed: feed, turn: turn, hold: hold, isSingle: isSingle)
    }

    /// Of answers with these numbers of items.
    func passage(_ batches: [Batch]) -> Passage {
        let timeout = link.retransmission
        // An answer that comes late lets the connection rest for the gap and the hold.
        let pauses =
            feed.isPoisson ? feed.silence(of: max(0, timeout - turn)) : max(turn, feed.period) > timeout ? 1 : 0
        return Passage(
            link: link, head: conditions.headBytes, item: conditions.itemBytes, batches: batches, pauses: pauses)
    }

    func loss(_ cycle: LongPollCycle) -> Lateness {
        let items = cycle.batches.reduce(0) { $0 + $1.items * $1.weight }
        let bytes = conditions.headBytes + items * conditions.itemBytes
        return Lateness.ofLongPoll(
            link, feed, segments: link.segments(of: bytes), gap: cycle.turn, rate: cycle.outcome.requestRate)
    }

    /// The share of the items waits no longer than this in a run with as many answers; `nil` if no closed form says so.
    func wait(at share: Double, _ turn: Bounded, samples: Double) -> Bounded? {
        // Without losses half of the items are a smaller share; a run has more or fewer of them than expected.
        let error = feed.isPoisson && samples > 0 ? 0.5 / samples.squareRoot() : 0
        let low = min(0.5, share) - Allowance.arrivals.fewer * error
        let high = share + Allowance.arrivals.more * error
        guard let value = turn.sampledIfAny({ cycle($0).wait(at: share) }) else { return nil }
        let ends = [low, high].compactMap { share in turn.sampledIfAny { cycle($0).wait(at: share) } }
        return Bounded(
            value.value, low: ends.map(\.low).min() ?? value.low, high: ends.map(\.high).max() ?? value.high)
    }
}
