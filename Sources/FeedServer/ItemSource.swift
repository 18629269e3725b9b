import Feed
import Host
import Measurement

/// A feed whose due times are known in advance.
protocol ItemSource: Sendable {
    /// Due time of the next item in µs since the epoch; `nil` after the last item.
    func nextDue() -> Int64?

    /// Whether the next item needs no work before it is due.
    var isPrepared: Bool { get }

    /// Does what takes time, shortly before the next item is due.
    mutating func prepare()

    /// The next item. Call only once it is due.
    mutating func take() -> FeedItem
}

extension ItemSource {
    var isPrepared: Bool { true }
    mutating func prepare() {}
}

/// The synthetic feed, which never ends. Its rate and size can change while it runs.
struct SyntheticSource: ItemSource {
    var generator: FeedGenerator

    init(_ generator: FeedGenerator) {
        self.generator = generator
    }

    func nextDue() -> Int64? { generator.nextDueMicroseconds }

    mutating func take() -> FeedItem { generator.next() }
}

/// A recording; ends with its last line.
struct ReplaySource: ItemSource {
    private var replay: FeedReplay
    private var next: FeedItem?

    init(_ replay: FeedReplay) {
        var replay = replay
        next = replay.next()
        self.replay = replay
    }

    func nextDue() -> Int64? { next?.dueMicroseconds }

    mutating func take() -> FeedItem {
        guard let item = next else { preconditionFailure("an item is taken only when one is due") }
        next = replay.next()
        return item
    }
}

/// Live counters of this machine, read shortly before an item is due: reading takes about a millisecond.
struct HostSource: ItemSource {
    private var sample: String?
    private var arrivals: ArrivalTimes
    private var due: Int64
    private var sequence: UInt64 = 0

    init(period: Duration) {
        var arrivals = ArrivalTimes(.constant, period: period, seed: 0)
        due = arrivals.next() / 1_000
        self.arrivals = arrivals
    }

    func nextDue() -> Int64? { due }

    var isPrepared: Bool { sample != nil }

    mutating func prepare() {
        sample = HostSampler.sample()
    }

    mutating func take() -> FeedItem {
        sequence += 1
        defer { (due, sample) = (arrivals.next() / 1_000, nil) }
        return FeedItem(sequence: sequence, dueMicroseconds: due, data: (sample ?? HostSampler.sample()).utf8)
    }
}
