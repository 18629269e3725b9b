import Transports

extension Forecast {
    /// WebSocket, SSE, HTTP streaming and raw TCP: an item leaves when it is published.
    static func push(_ conditions: Conditions) -> Forecast {
        var forecast = Forecast()
        let (feed, link) = (conditions.feed, conditions.link)
        guard
            let line = link.line(
                conditions.itemBytes, rate: feed.rate, batch: feed.burst, isPoisson: conditions.isPoisson)
        else { return forecast }
        let disturbance = link.disturbance(rate: feed.rate, isUpInvolved: false)
        let mean = Bounded(link.down) + line + disturbance + conditions.processing.ofPush
        forecast.mean = mean.notBelow(link.down)
        // A stall or a burst moves the mean more than the median.
        forecast.median = Bounded(
            link.down + link.lineTime(of: conditions.itemBytes) + conditions.processing.ofPush.value,
            low: link.down, high: mean.high)
        let worst = link.down + 2 * line.high + link.worstDisturbance
        // The last client of many, where the mean is that of half of them.
        let last = conditions.processing.ofPush.value * 2
        forecast.largest = Bounded(
            worst + last, low: link.down,
            high: (worst + conditions.processing.ofPush.high * 2) * Allowance.largest.factor.high
                + Allowance.pause.more)
        return forecast
    }

    /// Echoes: a message goes up and comes back.
    static func echo(_ conditions: Conditions, isPost: Bool) -> Forecast {
        var forecast = push(conditions)
        (forecast.formulas.mean, forecast.formulas.median) = (.echoMean, .echoMean)
        forecast.formulas.largest = .echoMax
        let (link, rate) = (conditions.link, conditions.feed.rate)
        let turn =
            Bounded(link.roundTrip) + conditions.processing.ofAnswer * 2
            + link.disturbance(rate: rate, isUpInvolved: true) + Bounded(link.lineTime(of: conditions.itemBytes))
        forecast.median = turn.notBelow(link.roundTrip)
        forecast.mean = forecast.median
        if isPost {
            forecast.requestRate = Bounded(rate)
            forecast.batches = [Batch(items: 1, weight: 1)]
            // One message at a time: those of a burst wait for the ones before them, and more than one per round trip
            // pile up.
            let waiting = (conditions.feed.burst + 1) / 2
            forecast.mean = forecast.mean.map { $0 * waiting }
            forecast.median = forecast.mean
            forecast.largest = forecast.largest.map {
                Bounded($0.value * conditions.feed.burst, low: $0.low, high: $0.high * conditions.feed.burst)
            }
            if rate * link.roundTrip >= 1 { (forecast.mean, forecast.median, forecast.largest) = (nil, nil, nil) }
        }
        if let largest = forecast.largest {
            forecast.largest = largest + Bounded(link.up)
        }
        return forecast
    }
}

extension Bounded {
    /// With value and lower bound raised to a least value: a delay cannot be shorter than the way.
    func notBelow(_ least: Double) -> Self {
        Self(max(value, least), low: max(low, least), high: high)
    }
}
