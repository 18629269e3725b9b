import Transports

extension Forecast {
    /// WebSocket, SSE, HTTP streaming and raw TCP: an item leaves when it is published.
    static func push(_ conditions: Conditions) -> Forecast {
        var forecast = Forecast()
        let (feed, link) = (conditions.feed, conditions.link)
        let bytes = conditions.bytesAtOnce
        let passage = conditions.pushedPassage
        let loss = Lateness.ofPush(link.loss.down, link, feed, segments: link.segments(of: bytes))
        guard let queue = conditions.queue, loss.isRare else { return forecast }
        let way = Bounded(link.down) + conditions.processing.ofPush
        let mean = way + passage.mean + queue + link.shaking + loss.bounded
        forecast.mean = mean.notBelow(link.down)
        // Neither the items that a loss delays nor a queue move the median, as these are fewer than half.
        let median = (way + passage.median + link.shaking).notBelow(link.down)
        forecast.median = Bounded(median.value, low: median.low, high: mean.high)
        let worst =
            link.down + passage.largest + (feed.isPoisson ? 2 * queue.high : 0) + link.worstDisturbance
        forecast.largest = Bounded(
            worst + conditions.processing.ofLastPush, low: link.down,
            high: (worst + conditions.processing.ofPush.high * 2) * Allowance.largest.factor.high
                + Allowance.pause.more)
        return forecast
    }

    /// Echoes over a connection that is always open: a message goes up and comes back.
    static func echo(_ conditions: Conditions) -> Forecast {
        var forecast = push(conditions)
        (forecast.formulas.mean, forecast.formulas.median) = (.echoMean, .echoMedian)
        forecast.formulas.largest = .echoMax
        let (link, passage) = (conditions.link, conditions.pushedPassage)
        let bytes = conditions.bytesAtOnce
        let loss = Lateness.ofPush(
            link.loss.up + link.loss.down, link, conditions.feed, segments: link.segments(of: bytes))
        guard forecast.mean != nil, loss.isRare else {
            (forecast.mean, forecast.median, forecast.largest) = (nil, nil, nil)
            return forecast
        }
        // The slower line decides when the messages of a burst arrive.
        let rest = bytes - conditions.itemBytes
        let upLine =
            link.upLineTime(of: conditions.itemBytes)
            + max(0, link.upLineTime(of: rest) - link.lineTime(of: rest)) / 2
        let turn = Bounded(link.roundTrip + upLine) + conditions.processing.ofAnswer * 2
        forecast.mean = (turn + passage.mean + link.shaking + loss.bounded).notBelow(link.roundTrip)
        forecast.median = (turn + passage.median + link.shaking).notBelow(link.roundTrip)
        forecast.largest = forecast.largest.map { $0 + Bounded(link.up + link.upLineTime(of: bytes)) }
        return forecast
    }

    /// Echoes by POST: a client sends a message when it has the echo of the one before.
    static func post(_ conditions: Conditions) -> Forecast {
        var forecast = echo(conditions)
        let (feed, link) = (conditions.feed, conditions.link)
        forecast.requestRate = Bounded(feed.rate)
        forecast.batches = [Batch(items: 1, weight: 1)]
        let ways =
            Bounded(link.roundTrip + link.upLineTime(of: conditions.requestBytes))
            + Bounded(link.lineTime(of: conditions.headBytes + conditions.itemBytes)) + link.shaking
        let turns = PostTurns(
            feed: feed, turn: (ways + conditions.processing.ofAnswer * 2).notBelow(link.roundTrip),
            loss: link.loss.up + link.loss.down, timeout: link.retransmission)
        if forecast.mean == nil { return forecast }
        (forecast.mean, forecast.median) = (turns.mean, turns.median)
        forecast.largest =
            turns.mean == nil
            ? nil
            : forecast.largest.map {
                Bounded($0.value * feed.burst, low: $0.low, high: $0.high * feed.burst)
            }
        return forecast
    }
}

/// The messages of a burst, sent one at a time: the i-th has its echo after i turns.
struct PostTurns {
    let feed: FeedForecast
    /// From a request to its answer, without losses.
    let turn: Bounded
    /// Probability that the request or the answer is lost.
    let loss: Double
    /// RTO.
    let timeout: Double

    /// `nil` if messages pile up.
    var mean: Bounded? {
        let late = Allowance.loss.around(delayByLoss)
        let all = turn * ((feed.burst + 1) / 2) + late
        return feed.rate * (turn.value + loss * timeout) < 1 ? all : nil
    }

    /// On average half of the burst comes before a lost message; what is due later waits until there is time again.
    private var delayByLoss: Double {
        let rest = feed.period - feed.burst * turn.value
        if rest <= 0 { return 0 }
        let bursts = (timeout / rest - 1e-9).rounded(.up) - 1
        let later = bursts * timeout - rest * bursts * (bursts + 1) / 2
        return loss * (timeout * (feed.burst + 1) / 2 + feed.burst * max(0, later))
    }

    /// Of the delays of all messages with any number of losses; `nil` if messages pile up.
    var median: Bounded? {
        if mean == nil { return nil }
        let value = quantile(0.5)
        // About half of the messages of an even burst come before the next one.
        let step = feed.burst > 1 ? 0.5 / feed.burst : 0
        let (low, high) = (quantile(0.5 - step), quantile(0.5 + step))
        return Bounded(value, low: low * turn.low / turn.value, high: high * turn.high / turn.value)
    }

    private static let mostLosses = 4

    private func quantile(_ share: Double) -> Double {
        var delays: [(delay: Double, weight: Double)] = []
        // Probability that no turn up to a message had a loss.
        var none = 1.0
        for message in 1...max(1, Int(feed.burst)) {
            none *= 1 - min(loss, 1)
            var weight = none
            for losses in 0...min(Self.mostLosses, message) {
                delays.append((Double(message) * turn.value + Double(losses) * timeout, weight))
                weight *= loss / max(1e-12, 1 - loss) * Double(message - losses) / Double(losses + 1)
            }
        }
        delays.sort { $0.delay < $1.delay }
        let all = delays.reduce(0) { $0 + $1.weight }
        var sum = 0.0
        for (delay, weight) in delays {
            sum += weight
            if sum >= share * all - 1e-9 { return delay }
        }
        return delays.last?.delay ?? turn.value
    }
}

extension Bounded {
    /// With value and lower bound raised to a least value: a delay cannot be shorter than the way.
    func notBelow(_ least: Double) -> Self {
        Self(max(value, least), low: max(low, least), high: high)
    }
}
