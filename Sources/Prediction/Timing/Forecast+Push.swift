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
        forecast.mean = mean.fromZero(atLeast: link.down)
        // A stall or a burst moves the mean more than the median.
        forecast.median = Bounded(
            link.down + link.lineTime(of: conditions.itemBytes) + conditions.processing.ofPush.value,
            low: link.down, high: mean.high)
        let worst = link.down + 2 * line.high + link.worstDisturbance
        forecast.largest = Bounded(
            worst + conditions.processing.ofPush.high / 4, low: link.down,
            high: worst * 2
                + conditions.processing.ofPush.high * 4 + Processing.pause)
        return forecast
    }

    /// Echoes: a message goes up and comes back.
    static func echo(_ conditions: Conditions, isPost: Bool) -> Forecast {
        var forecast = push(conditions)
        (forecast.formulas.mean, forecast.formulas.largest) = (.echoMean, .echoMean)
        let (link, rate) = (conditions.link, conditions.feed.rate)
        let turn =
            Bounded(link.roundTrip) + conditions.processing.ofAnswer * 2
            + link.disturbance(rate: rate, isUpInvolved: true) + Bounded(link.lineTime(of: conditions.itemBytes))
        forecast.median = turn.fromZero(atLeast: link.roundTrip)
        forecast.mean = forecast.median
        if isPost {
            forecast.requestRate = Bounded(rate)
            forecast.batches = [(1, 1)]
            // One message at a time: more than one per round trip pile up.
            if rate * link.roundTrip >= 1 { (forecast.mean, forecast.median, forecast.largest) = (nil, nil, nil) }
        }
        if let largest = forecast.largest {
            forecast.largest = largest + Bounded(link.up)
        }
        return forecast
    }
}

extension Bounded {
    /// Raises the lower bound: a delay cannot be shorter than the way.
    func fromZero(atLeast least: Double) -> Self {
        Self(max(value, least), low: max(low, least), high: high)
    }
}
