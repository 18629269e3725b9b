import Foundation
import Measurement
import Transports
import WireAccounting

/// The messages that one client of a case is expected to exchange.
struct PlannedMessages {
    let use: any ClientTransport.Type
    let options: TransportOptions
    let feed: FeedForecast
    let forecast: Forecast
    let sizes: MessageSizes
    /// Time in which items are due, and the earlier time in which clients may already ask, in seconds.
    let feedTime: Double
    let leadTime: Double
    /// The part of the time before the measurement.
    var warmup = 0.0

    /// The whole run.
    var counts: MessageCounts {
        var counts = MessageCounts()
        let items = itemsUntilEnd * forecast.coherence.value * forecast.redundancy.value
        let digits = DigitShares(items: feed.rate * feedTime)
        addItems(items, digits, to: &counts)
        switch use.client {
        case .exchanges where isStreaming:
            counts.add(1, MessageCounts.Key(.request))
            counts.add(1, MessageCounts.Key(.stream))
            counts.add(1, MessageCounts.Key(.lastChunk))
            counts.add(comments(from: 0), MessageCounts.Key(.chunk, lengthDigits: 1))
            addBeginning(to: &counts)
            counts.connections = 1
        case .exchanges:
            addExchanges(within: feedTime + tailTime, digits, to: &counts)
            addEnds(digits, to: &counts)
            counts.connections = forecast.connectsEachTime ? counts.total(.request) : 1
        case .connection:
            counts.connections = 1
            if sizes.closing[.webSocketControl] > 0 {
                counts.add(1, MessageCounts.Key(.controlUp))
                counts.add(1, MessageCounts.Key(.controlDown))
            }
            addPings(pings(from: 0), to: &counts)
        }
        counts.endings = 1
        return counts
    }

    /// The measurement alone, without what connections begin and end with.
    var measured: MessageCounts {
        var counts = MessageCounts()
        let time = feedTime - warmup
        let digits = DigitShares(items: feed.rate * feedTime, after: feed.rate * warmup)
        let items =
            use.pacing == .messages
            ? feed.rate * time : feed.published(in: feedTime).value - feed.published(in: warmup).value
        addItems(items * forecast.coherence.value * forecast.redundancy.value, digits, to: &counts)
        if isStreaming { counts.add(comments(from: leadTime + warmup), MessageCounts.Key(.chunk, lengthDigits: 1)) }
        addPings(pings(from: leadTime + warmup), to: &counts)
        if use.client.isMadeOfExchanges, !isStreaming { addExchanges(within: time, digits, to: &counts) }
        return counts
    }

    /// Time after the window until every client of short polling has asked after the last item of the window: an
    /// interval, less the time between this item and the window's end.
    var tailTime: Double {
        let interval = pollInterval
        if interval == 0 { return 0 }
        switch feed.arrivals {
        case .periodic, .bursty: return max(0, interval - feed.period)
        case .poisson, .recorded: return interval - (1 - exp(-feed.rate * interval)) / feed.rate
        }
    }

    /// Items that a client receives if it misses none, those after the window included. The last poll of a client is on
    /// average half an interval before the end.
    private var itemsUntilEnd: Double {
        let published = feed.published(in: feedTime).value
        if !feed.isPoisson, published < 1 { return 0 }
        if pollInterval == 0 { return feed.isPoisson ? published : max(published, feed.itemsDue(until: feedTime)) }
        let partial = feed.arrivals == .periodic ? 0.5 : 0
        return max(published, feed.rate * (feedTime + tailTime - pollInterval / 2) - partial)
    }

    private var pollInterval: Double {
        use.pacing == .clientInterval && forecast.requestRate.value > 0 ? 1 / forecast.requestRate.value : 0
    }

    var isStreaming: Bool {
        use.pacing == .feed && use.client.isMadeOfExchanges
    }

    // MARK: What keeps idle connections alive

    /// Comments of an event stream after a time of the connection: one at the end of each keep-alive period without an
    /// item, except for the first.
    private func comments(from start: Double) -> Double {
        let period = ServerSettings().keepAlive.seconds
        guard sizes.comment[.envelope, .down] > 0 else { return 0 }
        func periods(_ time: Double) -> Double { max(0, (time / period).rounded(.down) - 1) }
        return (periods(leadTime + feedTime) - periods(start)) * feed.silence(of: period)
    }

    /// Pings of the server to a client that sends nothing, after a time of the connection.
    private func pings(from start: Double) -> Double {
        guard use.pacing == .feed, sizes.closing[.webSocketControl] > 0, options.allowsPings else { return 0 }
        // The server rounds the time of a Ping up to a second.
        let period = ServerSettings().pingInterval.seconds + 0.5
        return ((leadTime + feedTime) / period).rounded(.down) - (start / period).rounded(.down)
    }

    private func addPings(_ pings: Double, to counts: inout MessageCounts) {
        counts.add(pings, MessageCounts.Key(.controlUp))
        counts.add(pings, MessageCounts.Key(.controlDown))
    }

    // MARK: Items and exchanges

    private func addItems(_ items: Double, _ digits: DigitShares, to counts: inout MessageCounts) {
        for part in digits.items {
            counts.add(
                items * part.share,
                MessageCounts.Key(.item, cursorDigits: part.decimal, lengthDigits: part.base36))
            guard isStreaming else { continue }
            // One chunk per item.
            let item = sizes.item(cursorDigits: part.decimal, base36Digits: part.base36)
            let bytes = item[.payload, .down] + item[.envelope, .down]
            counts.add(
                items * part.share,
                MessageCounts.Key(.chunk, lengthDigits: Digits.hexadecimal(UInt64(max(1, bytes)))))
        }
    }

    private func addBeginning(to counts: inout MessageCounts) {
        if sizes.streamBeginning[.envelope, .down] > 0 {
            let bytes = UInt64(sizes.streamBeginning[.envelope, .down])
            counts.add(1, MessageCounts.Key(.chunk, lengthDigits: Digits.hexadecimal(bytes)))
        }
    }

    private func addExchanges(within time: Double, _ digits: DigitShares, to counts: inout MessageCounts) {
        let requests = forecast.requestRate.value * time
        let empty = requests * forecast.emptyShare.value
        let perItem = sizes.item(cursorDigits: 1, base36Digits: 6)
        let itemBytes = Double(perItem[.payload, .down] + perItem[.envelope, .down])
        for part in digits.cursors {
            counts.add(requests * part.share, MessageCounts.Key(.request, cursorDigits: part.digits))
            counts.add(empty * part.share, MessageCounts.Key(.empty, cursorDigits: part.digits))
            for batch in forecast.batches {
                let length = Digits.decimal(UInt64(max(1, batch.items * itemBytes)))
                counts.add(
                    (requests - empty) * part.share * batch.weight,
                    MessageCounts.Key(.response, cursorDigits: max(1, part.digits), lengthDigits: length))
            }
        }
    }

    private func addEnds(_ digits: DigitShares, to counts: inout MessageCounts) {
        // Polls before the first item ask with the cursor 0.
        let early = use.pacing == .clientInterval ? forecast.requestRate.value * leadTime : 0
        counts.add(early, MessageCounts.Key(.request))
        counts.add(early, MessageCounts.Key(.empty))
        // A request of long polling is under way when the run ends.
        if use.pacing == .serverHold {
            counts.add(1, MessageCounts.Key(.request, cursorDigits: digits.last))
        }
    }
}

/// How many of a feed's sequences have how many digits.
struct DigitShares {
    struct ItemPart {
        let decimal: Int
        let base36: Int
        let share: Double
    }

    struct CursorPart {
        let digits: Int
        let share: Double
    }

    /// Sequences of the items.
    let items: [ItemPart]
    /// Cursors at times spread evenly over the feed.
    let cursors: [CursorPart]
    /// Digits of the last sequence.
    let last: Int

    /// - Parameters:
    ///   - count: Items of the feed; their due times are taken as one second apart on average, which is exact enough
    ///     for numbers of base-36 digits.
    ///   - before: How many of them come before those that are asked for.
    init(items count: Double, after before: Double = 0) {
        let count = max(1, count)
        let before = min(max(0, before), count - 1)
        var (items, cursors): ([ItemPart], [CursorPart]) = ([], [])
        var (digits, first) = (1, 1.0)
        while first <= count {
            let end = min(count + 1, first * 10)
            let share = max(0, end - max(first, before + 1)) / (count - before)
            // µs since the epoch, in base 36: 5 digits up to 60 s, 6 up to 36 min.
            items.append(ItemPart(decimal: digits, base36: (digits + 1) / 2 + 5, share: share))
            cursors.append(CursorPart(digits: digits, share: min(share, 1)))
            (digits, first) = (digits + 1, first * 10)
        }
        (self.items, self.cursors, last) = (items, cursors, max(1, digits - 1))
    }
}
