import Measurement

extension LoadRecord {
    /// Moves the instants to another clock, which is ahead by this time.
    package mutating func move(by offset: Duration) {
        windowStart = windowStart.map { $0 + offset }
        connectedAt = connectedAt.map { $0 + offset }
    }

    /// Corrects all times to the server's clock.
    ///
    /// Latencies of items are corrected one by one, at the instant of their arrival. If there were more than
    /// ``ReceptionLog/maximumReceptions``, they stay as they are, and the bound grows by the largest correction.
    /// Staleness is corrected by the middle of the window, and percentiles of a second by its middle.
    ///
    /// - Parameters:
    ///   - correction: From the own clock to the server's.
    ///   - figures: How both clocks compare.
    ///   - receptions: The latencies one by one.
    ///   - plan: The plan on the own clock.
    ///   - end: When the comparison ended.
    mutating func correct(
        _ correction: ClockCorrection, _ figures: ClockFigures, _ receptions: inout ReceptionLog, _ plan: LoadPlan,
        until end: MonotonicInstant
    ) {
        clock = figures
        // Clients that send have both ends of each message on their own clock.
        if plan.send != nil { clockErrorNanoseconds = 0 }
        guard plan.send == nil, plan.epoch != nil else { return }
        receptions.correct { correction.nanoseconds(at: $0) }
        if let corrected = receptions.dueToReceived {
            latency = corrected
        } else {
            clock?.boundNanoseconds += correction.largest(from: plan.times.windowStart, to: end).nanoseconds
        }
        let start = plan.times.windowStart
        let middle = start + (plan.times.windowEnd - start) / 2
        staleness = staleness.shifted(byNanoseconds: correction.nanoseconds(at: middle))
        timeline = timeline.map { second in
            let middle = start + .seconds(second.second) + .milliseconds(500)
            return second.shifted(byNanoseconds: correction.nanoseconds(at: middle))
        }
        clockErrorNanoseconds = clock?.boundNanoseconds
    }
}

extension TimelineSecond {
    /// The same second with longer latencies, if it has a histogram.
    fileprivate func shifted(byNanoseconds nanoseconds: Int64) -> TimelineSecond {
        guard let histogram = latencies?.whole else { return self }
        return TimelineSecond(
            second: second, delivered: delivered, latency: histogram.shifted(byNanoseconds: nanoseconds),
            keepsHistogram: true)
    }
}
