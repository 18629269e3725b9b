/// What lost segments do to the items of a transport: a lost segment arrives an RTO later, and what was sent behind it
/// waits for it, since TCP delivers in order. To first order in the probability of a loss, so that stalls do not
/// overlap.
struct Lateness: Equatable {
    /// Mean delay that this adds to an item, in seconds.
    var mean = 0.0
    /// Share of items that it delays.
    var share = 0.0

    /// The mean with its allowance.
    var bounded: Bounded { Allowance.loss.around(mean) }

    /// Whether fewer than half of the items are late; otherwise stalls overlap, and nothing here holds.
    var isRare: Bool { share < 0.5 }

    /// The quantile of the other items that is the median of all.
    var median: Double { 0.5 / (1 - share) }

    /// Segments of a message whose loss delays an item of it: its own and those before it, half of them on average.
    private static func segmentsBefore(_ segments: Double) -> Double { (segments + 1) / 2 }

    /// Items that leave when they are due, on one connection.
    ///
    /// - Parameters:
    ///   - probability: Of the loss of a segment, in all directions that an item takes.
    ///   - link: The network.
    ///   - feed: When items are due.
    ///   - segments: Those that leave at one instant.
    /// - Returns: What the losses add.
    static func ofPush(
        _ probability: Double, _ link: LinkForecast, _ feed: FeedForecast, segments: Double
    ) -> Lateness {
        let (timeout, own) = (link.retransmission, segmentsBefore(segments))
        return Lateness(
            mean: probability * (timeout * own + segments * feed.waits(within: timeout)),
            share: min(1, probability * (own + segments * feed.instants(within: timeout))))
    }

    /// Answers of long polling. The client asks again only after a late answer, and a late request finds all items that
    /// were due before it: either makes the gap between two requests longer by RTO.
    ///
    /// - Parameters:
    ///   - link: The network.
    ///   - feed: When items are due.
    ///   - segments: Those of an answer.
    ///   - gap: R, without losses, in seconds.
    ///   - rate: Answers per second.
    /// - Returns: What the losses add.
    static func ofLongPoll(
        _ link: LinkForecast, _ feed: FeedForecast, segments: Double, gap: Double, rate: Double
    ) -> Lateness {
        let (timeout, own) = (link.retransmission, segmentsBefore(segments))
        let (waits, items): (Double, Double)
        if feed.isPoisson || feed.period <= gap {
            // The phase between items and requests is any.
            waits = feed.rate * ((gap + timeout) * (gap + timeout) - gap * gap) / 2
            items = feed.rate * timeout
        } else {
            // The answer left when an item was due.
            waits = feed.burst * (feed.waits(within: gap + timeout) - feed.waits(within: gap))
            items = feed.burst * (feed.instants(within: gap + timeout) - feed.instants(within: gap))
        }
        let losses = (link.loss.down * segments + link.loss.up) * rate / feed.rate
        return Lateness(
            mean: link.loss.down * timeout * own + losses * waits,
            share: min(1, link.loss.down * own + losses * items))
    }

    /// Answers of short polling. A request that is late by RTO makes items before it wait longer, and those that are
    /// due meanwhile wait shorter, as the next poll keeps to the schedule.
    ///
    /// - Parameters:
    ///   - link: The network.
    ///   - segments: Those of an answer.
    ///   - interval: J, in seconds.
    /// - Returns: What the losses add.
    static func ofShortPoll(_ link: LinkForecast, segments: Double, interval: Double) -> Lateness {
        let (timeout, own) = (link.retransmission, segmentsBefore(segments))
        return Lateness(
            mean: link.loss.down * timeout * own + link.loss.up * timeout * min(1, timeout / interval),
            share: min(1, link.loss.down * own + link.loss.up))
    }
}

extension FeedForecast {
    /// Mean number of earlier instants with items, within a time before one of them.
    func instants(within seconds: Double) -> Double {
        isPoisson ? rate * seconds : max(0, (seconds / period - 1e-9).rounded(.up) - 1)
    }

    /// What all of these, together, still wait until the end of the time, in seconds.
    func waits(within seconds: Double) -> Double {
        if isPoisson { return rate * seconds * seconds / 2 }
        let count = instants(within: seconds)
        return count * seconds - period * count * (count + 1) / 2
    }
}
