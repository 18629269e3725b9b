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
        let isNewestOnly = !ShortPolling.wantsEachItem(options)
        let turn = conditions.shortPollTurn(options, isNewestOnly: isNewestOnly)
        let answer = turn ?? link.roundTrip
        let interval = max(options[ShortPolling.interval].seconds, answer)
        forecast.requestRate = Bounded(1 / interval)
        forecast.formulas.requests = .shortPollRequests
        forecast.emptyShare = Bounded(feed.silence(of: interval))
        forecast.batches = isNewestOnly ? [Batch(items: 1, weight: 1)] : feed.batches(in: interval)
        let passage = Passage(
            link: link, head: conditions.headBytes, item: conditions.itemBytes, batches: forecast.batches,
            pauses: interval > link.retransmission ? 1 : 0)
        let segments = link.segments(of: conditions.headBytes + forecast.itemsPerResponse * conditions.itemBytes)
        let loss = Lateness.ofShortPoll(link, segments: segments, interval: interval)
        guard turn != nil, loss.isRare else { return forecast }
        let way = Bounded(link.down) + passage.mean + link.shaking + conditions.processing.ofAnswer
        // The schedule covers the request's own travel; a lost request or a slow one delays its answer.
        let spread = interval / (2 * conditions.clients)
        let wait = isNewestOnly ? Self.newestWait(feed, interval, conditions) : Bounded(interval / 2)
        let phased = Bounded(wait.value, low: max(0, wait.low - spread), high: wait.high + spread) + way
        forecast.mean = (phased + loss.bounded).notBelow(link.down)
        if !isNewestOnly {
            // Waits are spread evenly, so a delay that is shorter than half of the interval shifts their median as it
            // shifts their mean.
            let isShort = interval >= 2 * link.retransmission || loss.share == 0
            forecast.median =
                isShort
                ? forecast.mean
                : (phased + Bounded(interval * (loss.median - 0.5))).notBelow(link.down)
        }
        let worst = interval + link.down + passage.largest + link.worstDisturbance
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

    /// Mean age of the newest item at a poll that has a new one. The mean square of a run's gaps scatters more than the
    /// gaps themselves: with n gaps the relative standard error is √(2/n).
    private static func newestWait(
        _ feed: FeedForecast, _ interval: Double, _ conditions: Conditions
    ) -> Bounded {
        switch feed.arrivals {
        case .poisson, .recorded:
            let silent = exp(-feed.rate * interval)
            let wait = silent > 1 - 1e-9 ? interval / 2 : 1 / feed.rate - interval * silent / (1 - silent)
            return conditions.scattered(wait, deviation: wait * 2.0.squareRoot(), samples: conditions.measuredItems)
        case .periodic, .bursty: return Bounded(min(feed.period, interval) / 2)
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
        let answers = LongPollAnswers(options, conditions)
        let turn = Bounded(answers.turn) + conditions.processing.ofTurn
        forecast.requestRate = turn.sampled { answers.cycle($0).outcome.requestRate }
        forecast.emptyShare = turn.sampled { answers.cycle($0).outcome.emptyShare }
        let cycle = answers.cycle(turn.value)
        forecast.batches = cycle.batches
        let loss = answers.loss(cycle)
        guard answers.areCarried, loss.isRare,
            let wait = turn.sampledIfAny({ answers.cycle($0).outcome.meanWait })
        else { return forecast }
        let passage = answers.passage(cycle.batches)
        let way = Bounded(link.down) + link.shaking + conditions.processing.ofPush
        // A run has a finite number of answers, and the items of one gap wait together.
        let samples = conditions.measuredItems * cycle.outcome.requestRate / feed.rate
        let deviation = feed.isPoisson ? cycle.scatter : 0
        let scattered = conditions.scattered(wait.spread(feed, turn), deviation: deviation, samples: samples)
        forecast.mean = (way + passage.mean + scattered + loss.bounded).notBelow(link.down)
        forecast.median = answers.wait(at: loss.median, turn, samples: samples).map {
            (way + passage.median + $0.spread(feed, turn)).notBelow(link.down)
        }
        let unlucky = turn.value * (answers.isSingle ? feed.burst : 1)
        let worst = link.down + unlucky + passage.largest + link.worstDisturbance + conditions.processing.ofLastPush
        forecast.largest = Bounded(
            worst + (answers.isSingle && feed.isPoisson ? 3 * wait.value : 0), low: link.down,
            high: (worst + turn.high + 3 * wait.high + conditions.processing.ofPush.high * 2)
                * Allowance.largest.factor.high + Allowance.pause.more)
        return forecast
    }
}

extension Conditions {
    /// From a poll to the end of its answer, without processing; the items of an interval make the answer longer.
    ///
    /// - Returns: `nil` if the line is too slow for the feed.
    fileprivate func shortPollTurn(_ options: TransportOptions, isNewestOnly: Bool) -> Double? {
        let isNew = options[PollConnection.key] == .new
        let fixed =
            link.roundTrip + setupTime(isNew) + link.upLineTime(of: requestBytes) + link.lineTime(of: headBytes)
        let perItem = link.lineTime(of: itemBytes)
        if isNewestOnly { return fixed + perItem }
        let load = feed.rate * perItem
        if load >= 1 { return nil }
        // Either the answer with an interval's items is there within the interval, or as many items come as polls take.
        let within = fixed + load * options[ShortPolling.interval].seconds
        return within <= options[ShortPolling.interval].seconds ? within : fixed / (1 - load)
    }

    /// A mean of a run with three standard errors.
    func scattered(_ mean: Bounded, deviation: Double, samples: Double) -> Bounded {
        let error = samples > 0 ? deviation / samples.squareRoot() : deviation
        return Bounded(
            mean.value, low: max(0, mean.low - Allowance.arrivals.fewer * error),
            high: mean.high + Allowance.arrivals.more * error)
    }

    fileprivate func scattered(_ mean: Double, deviation: Double, samples: Double) -> Bounded {
        scattered(Bounded(mean), deviation: deviation, samples: samples)
    }
}

extension Bounded {
    /// Where items are due more often than requests arrive, the phase between both stays as it is at the start.
    fileprivate func spread(_ feed: FeedForecast, _ turn: Bounded) -> Bounded {
        guard !feed.isPoisson, turn.high >= feed.period else { return self }
        return Bounded(value, low: max(0, low - feed.period / 2), high: high + feed.period / 2)
    }
}
