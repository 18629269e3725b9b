import Foundation
import Measurement
import Transports

extension Forecast {
    /// Short polling: requests on a schedule, answered at once.
    ///
    /// The lab spreads the clients' phases evenly over the interval (one per stratum), so the mean over n clients of an
    /// item's wait for its poll is J/2 ± J/2n, whatever the feed's phase is.
    static func shortPoll(_ options: TransportOptions, _ conditions: Conditions) -> Forecast {
        var forecast = Forecast()
        let (feed, link) = (conditions.feed, conditions.link)
        forecast.connectsEachTime = options[PollConnection.key] == .new
        let answer = link.roundTrip + conditions.setupTime(forecast.connectsEachTime)
        let interval = max(options[ShortPolling.interval].seconds, answer)
        forecast.requestRate = Bounded(1 / interval)
        forecast.formulas.requests = .shortPollRequests
        let isNewestOnly = !ShortPolling.wantsEachItem(options)
        forecast.emptyShare = Bounded(feed.silence(of: interval))
        forecast.batches = isNewestOnly ? [(1, 1)] : feed.batches(in: interval)
        let bytes = conditions.headBytes + conditions.itemBytes * (isNewestOnly ? 1 : max(1, forecast.itemsPerResponse))
        guard let line = link.line(bytes, rate: 1 / interval, isPoisson: false) else { return forecast }
        let way =
            Bounded(link.down) + line + link.disturbance(rate: 1 / interval, isUpInvolved: true)
            + conditions.processing.ofAnswer
        // The schedule covers the request's own travel; a lost request or a slow one delays its answer.
        let spread = interval / (2 * conditions.clients)
        let wait = isNewestOnly ? Self.newestWait(feed, interval) : interval / 2
        let mean = Bounded(wait, low: max(0, wait - spread), high: wait + spread) + way
        forecast.mean = mean.fromZero(atLeast: link.down)
        // The waits of one item are spread evenly, so their median is their mean.
        forecast.median = isNewestOnly ? nil : forecast.mean
        let worst = interval + link.down + line.high + link.worstDisturbance
        forecast.largest = Bounded(
            worst + conditions.processing.ofAnswer.value, low: interval * 0.5 + link.down,
            high: worst + link.up + answer + conditions.processing.ofAnswer.high * 4 + Processing.pause)
        (forecast.formulas.mean, forecast.formulas.largest) = (.shortPollMean, .shortPollMax)
        if isNewestOnly { forecast.takeNewest(options, feed, interval) }
        return forecast
    }

    private mutating func takeNewest(_ options: TransportOptions, _ feed: FeedForecast, _ interval: Double) {
        formulas.mean = .shortPollNewest
        formulas.coherence = .latestCoherence
        let due = feed.rate * interval
        let share: Double =
            switch feed.arrivals {
            case .poisson, .recorded: due < 1e-9 ? 1 : (1 - exp(-due)) / due
            case .periodic, .bursty: min(1, interval / feed.period) / due
            }
        let slack = feed.arrivals == .periodic ? 0.02 : 0.1
        coherence = Bounded(share, low: share * (1 - slack), high: min(1, share * (1 + slack)))
        guard options[RequestProfile.key] == .quantum2009 else { return }
        // Every answer carries the newest item, known or not.
        emptyShare = Bounded(0)
        redundancy = Bounded(max(1, 1 / (due * share)))
        formulas.redundancy = .quantumRedundancy
    }

    /// Mean age of the newest item at a poll that has a new one.
    private static func newestWait(_ feed: FeedForecast, _ interval: Double) -> Double {
        switch feed.arrivals {
        case .poisson, .recorded:
            let silent = exp(-feed.rate * interval)
            return silent > 1 - 1e-9 ? interval / 2 : 1 / feed.rate - interval * silent / (1 - silent)
        case .periodic, .bursty: return min(feed.period, interval) / 2
        }
    }

    /// Long polling: the server holds the request until there is an item. R is the time from an answer to the next
    /// request at the server, with the client's pause and the set-up of a new connection.
    static func longPoll(_ options: TransportOptions, _ conditions: Conditions) -> Forecast {
        var forecast = Forecast()
        let (feed, link) = (conditions.feed, conditions.link)
        forecast.connectsEachTime = options[PollConnection.key] == .new
        (forecast.formulas.mean, forecast.formulas.largest) = (.longPollMean, .longPollMax)
        forecast.formulas.requests = .longPollRequests
        forecast.formulas.empty = .longPollRequests
        let network =
            link.roundTrip + conditions.setupTime(forecast.connectsEachTime)
            + options[LongPolling.pause].seconds + link.lineTime(of: conditions.headBytes + conditions.itemBytes)
        let turn = (Bounded(network) + conditions.processing.ofTurn)
        let hold = options[LongPolling.hold].seconds
        let isSingle = options[LongPolling.batch] == .one
        let cycles = turn.map { Self.cycle(feed, turn: $0, hold: hold, isSingle: isSingle).rate }
        forecast.requestRate = Bounded(
            cycles.value, low: min(cycles.low, cycles.high), high: max(cycles.low, cycles.high))
        let empty = turn.map { Self.cycle(feed, turn: $0, hold: hold, isSingle: isSingle).emptyShare }
        forecast.emptyShare = Bounded(empty.value, low: min(empty.low, empty.high), high: max(empty.low, empty.high))
        forecast.batches = isSingle ? [(1, 1)] : Self.batches(feed, turn: turn.value)
        guard let wait = Self.wait(feed, turn: turn, isSingle: isSingle),
            let line = link.line(
                conditions.headBytes + conditions.itemBytes, rate: cycles.value, isPoisson: conditions.isPoisson)
        else { return forecast }
        let disturbance = link.disturbance(rate: feed.rate, isUpInvolved: feed.rate * network > 0.05)
        let way = Bounded(link.down) + line + disturbance + conditions.processing.ofPush
        forecast.mean = (way + wait).fromZero(atLeast: link.down)
        forecast.median = Self.median(feed, turn: turn, way: way, isSingle: isSingle)
        let worst = link.down + turn.value + line.high + link.worstDisturbance
        forecast.largest = Bounded(
            worst, low: link.down,
            high: (worst + turn.high) * 2 + conditions.processing.ofPush.high * 4
                + Processing.pause)
        return forecast
    }

    /// Answers per client and second, and the share of empty ones.
    private static func cycle(
        _ feed: FeedForecast, turn: Double, hold: Double, isSingle: Bool
    ) -> (rate: Double, emptyShare: Double) {
        switch feed.arrivals {
        case .poisson, .recorded:
            if isSingle { return (min(feed.rate, 1 / turn), 0) }
            let silent = exp(-feed.rate * turn)
            let waiting = silent * (1 - exp(-feed.rate * hold)) / feed.rate
            return (1 / (turn + waiting), silent * exp(-feed.rate * hold))
        case .periodic, .bursty:
            let perItem = isSingle ? feed.burst : 1
            if feed.period <= turn * perItem { return (1 / turn, 0) }
            let empty = max(0, ((feed.period - turn * perItem) / (hold + turn)).rounded(.down))
            return ((perItem + empty) / feed.period, empty / (perItem + empty))
        }
    }

    private static func batches(_ feed: FeedForecast, turn: Double) -> [(items: Double, weight: Double)] {
        switch feed.arrivals {
        case .poisson, .recorded:
            // An answer carries the item that ended the wait, or those that came while there was no request.
            let silent = exp(-feed.rate * turn)
            return [(1, silent)] + feed.batches(in: turn).map { ($0.items, $0.weight * (1 - silent)) }
        case .periodic, .bursty:
            return feed.period <= turn ? feed.batches(in: turn) : [(feed.burst, 1)]
        }
    }

    /// Mean time for which an item waits for a request; `nil` if requests are too rare.
    private static func wait(_ feed: FeedForecast, turn: Bounded, isSingle: Bool) -> Bounded? {
        let rate = feed.rate
        switch (feed.arrivals, isSingle) {
        case (.poisson, true), (.recorded, true):
            if rate * turn.value >= 1 { return nil }
            return turn.map { min(1e3, rate * $0 * $0 / (2 * max(1e-9, 1 - rate * $0))) }
        case (_, true):
            // The items of a burst leave one by one.
            return rate * turn.value >= 1 ? nil : turn.map { (feed.burst - 1) / 2 * $0 }
        case (.poisson, false), (.recorded, false):
            return turn.map { rate * $0 / (rate * $0 + exp(-rate * $0)) * $0 / 2 }
        case (.periodic, false), (.bursty, false):
            let period = feed.period
            let waits = turn.map { $0 < period ? 0 : $0 / 2 }
            let late = turn.value >= period
            return Bounded(
                waits.value, low: late ? max(0, turn.low / 2 - period / 2) : 0,
                high: waits.high + (turn.high >= period ? period / 2 : 0))
        }
    }

    private static func median(_ feed: FeedForecast, turn: Bounded, way: Bounded, isSingle: Bool) -> Bounded? {
        if isSingle { return nil }
        guard feed.arrivals == .poisson else {
            return wait(feed, turn: turn, isSingle: false).map { ($0 + way).fromZero(atLeast: 0) }
        }
        let waits = turn.map { turn in
            let share = feed.rate * turn / (feed.rate * turn + exp(-feed.rate * turn))
            return share <= 0.5 ? 0 : turn * (1 - 0.5 / share)
        }
        return (waits + way).fromZero(atLeast: 0)
    }
}
