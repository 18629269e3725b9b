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
        forecast.batches = isNewestOnly ? [Batch(items: 1, weight: 1)] : feed.batches(in: interval)
        let bytes = conditions.headBytes + conditions.itemBytes * (isNewestOnly ? 1 : max(1, forecast.itemsPerResponse))
        guard let line = link.line(bytes, rate: 1 / interval, isPoisson: false) else { return forecast }
        let way =
            Bounded(link.down) + line + link.disturbance(rate: 1 / interval, isUpInvolved: true)
            + conditions.processing.ofAnswer
        // The schedule covers the request's own travel; a lost request or a slow one delays its answer.
        let spread = interval / (2 * conditions.clients)
        let wait = isNewestOnly ? Self.newestWait(feed, interval) : interval / 2
        let mean = Bounded(wait, low: max(0, wait - spread), high: wait + spread) + way
        forecast.mean = mean.notBelow(link.down)
        // The waits of one item are spread evenly, so their median is their mean.
        forecast.median = isNewestOnly ? nil : forecast.mean
        let worst = interval + link.down + line.high + link.worstDisturbance
        // Of many items at least one waits half of the interval.
        forecast.largest = Bounded(
            worst + conditions.processing.ofAnswer.value, low: interval / 2 + link.down,
            high: worst + link.up + answer
                + conditions.processing.ofAnswer.high * 2 * Allowance.largest.factor.high + Allowance.pause.more)
        (forecast.formulas.mean, forecast.formulas.largest) = (.shortPollMean, .shortPollMax)
        forecast.formulas.median = .shortPollMedian
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
        let allowed = (feed.arrivals == .periodic ? Allowance.periodicCoherence : .randomCoherence).around(share)
        coherence = Bounded(share, low: allowed.low, high: min(1, allowed.high))
        guard options[RequestProfile.key] == .quantum2009 else { return }
        answersAlwaysCarryNewest = true
        emptyShare = Bounded(0)
        redundancy = Allowance.redundancy.around(max(1, 1 / (due * share)))
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
        forecast.formulas.median = .longPollMedian
        forecast.formulas.requests = .longPollRequests
        (forecast.formulas.empty, forecast.formulas.batches) = (.longPollRequests, .longPollBatches)
        let network =
            link.roundTrip + conditions.setupTime(forecast.connectsEachTime)
            + options[LongPolling.pause].seconds + link.lineTime(of: conditions.headBytes + conditions.itemBytes)
        let turn = Bounded(network) + conditions.processing.ofTurn
        let hold = options[LongPolling.hold].seconds
        let isSingle = options[LongPolling.batch] == .one
        func outcome(_ turn: Double) -> LongPollCycle.Outcome {
            LongPollCycle(feed: feed, turn: turn, hold: hold, isSingle: isSingle).outcome
        }
        forecast.requestRate = turn.sampled { outcome($0).requestRate }
        forecast.emptyShare = turn.sampled { outcome($0).emptyShare }
        forecast.batches = LongPollCycle(feed: feed, turn: turn.value, hold: hold, isSingle: isSingle).batches
        guard let wait = turn.sampledIfAny({ outcome($0).meanWait }),
            let line = link.line(
                conditions.headBytes + conditions.itemBytes, rate: forecast.requestRate.value,
                isPoisson: conditions.isPoisson)
        else { return forecast }
        let disturbance = link.disturbance(rate: feed.rate, isUpInvolved: feed.rate * network > 0.05)
        let way = Bounded(link.down) + line + disturbance + conditions.processing.ofPush
        forecast.mean = (way + wait.spread(feed, turn)).notBelow(link.down)
        forecast.median = turn.sampledIfAny { outcome($0).medianWait }.map {
            (way + $0.spread(feed, turn)).notBelow(link.down)
        }
        let worst = link.down + turn.value + line.high + link.worstDisturbance
        forecast.largest = Bounded(
            worst, low: link.down,
            high: (worst + turn.high + conditions.processing.ofPush.high * 2) * Allowance.largest.factor.high
                + Allowance.pause.more)
        return forecast
    }
}

extension Bounded {
    /// Where items are due more often than requests arrive, the phase between both stays as it is at the start.
    fileprivate func spread(_ feed: FeedForecast, _ turn: Bounded) -> Bounded {
        guard !feed.isPoisson, turn.high >= feed.period else { return self }
        return Bounded(value, low: max(0, low - feed.period / 2), high: high + feed.period / 2)
    }
}
