/// The conditions of a forecast.
package struct Conditions: Sendable {
    /// What is published.
    package var feed: FeedForecast
    /// The network.
    package var link: LinkForecast
    /// At least 1; a fraction is of no use, but any number is allowed.
    package var clients: Double
    /// Whether TLS 1.3 costs a round trip more per connection.
    package var encrypts: Bool
    /// Bytes of one item on the line with what surrounds it.
    package var itemBytes: Double
    /// Bytes of a response's headers.
    package var headBytes: Double
    /// Bytes of a request.
    package var requestBytes = 0.0
    /// Items that are measured; a mean over few of them scatters.
    package var measuredItems = Double.infinity

    /// See the properties.
    package init(
        feed: FeedForecast, link: LinkForecast, clients: Double, encrypts: Bool, itemBytes: Double, headBytes: Double
    ) {
        self.feed = feed
        self.link = link
        self.clients = clients
        self.encrypts = encrypts
        self.itemBytes = itemBytes
        self.headBytes = headBytes
    }

    var processing: Processing { Processing(clients: clients, burst: feed.burst, itemBytes: itemBytes) }

    /// Bytes that are pushed on one connection when items are due.
    var bytesAtOnce: Double { feed.burst * itemBytes }

    /// Of the items that are pushed on one connection when they are due.
    var pushedPassage: Passage {
        Passage(
            link: link, head: 0, item: itemBytes, batches: [Batch(items: feed.burst, weight: 1)],
            pauses: feed.pauses(above: link.retransmission))
    }

    /// What items that were due earlier add where the line limits.
    ///
    /// - Returns: `nil` if the line is too slow for the feed.
    var queue: Bounded? {
        let own = link.lineTime(of: bytesAtOnce)
        let load = own / feed.period
        if load >= 1 { return nil }
        guard feed.isPoisson else { return Bounded(0, low: 0, high: own) }
        let waiting = load * own / (2 * (1 - load))
        return Bounded(waiting, low: 0, high: Allowance.line.factor.high * waiting + own)
    }

    /// Round trips before the request on a new connection: TCP, and TLS 1.3.
    func setupTime(_ connectsEachTime: Bool) -> Double {
        connectsEachTime ? link.roundTrip * (encrypts ? 2 : 1) : 0
    }
}

extension FeedForecast {
    /// Probability that more than a time lies between two instants with items.
    func pauses(above seconds: Double) -> Double {
        isPoisson ? silence(of: seconds) : period > seconds ? 1 : 0
    }
}
