import Transports
import WireAccounting

/// What the formulas give for one use of a transport, apart from bytes. Times in seconds, rates per second and client.
package struct Forecast: Sendable, Equatable {
    /// Mean delay of an item; `nil` where no formula applies, such as a poll that the line cannot carry.
    package var mean: Bounded?
    package var median: Bounded?
    package var largest: Bounded?
    /// Exchanges per client and second; 0 for transports without exchanges.
    package var requestRate = Bounded(0)
    /// Share of responses without items.
    package var emptyShare = Bounded(0)
    /// Items of a response that has some, with their probabilities.
    package var batches: [(items: Double, weight: Double)] = []
    /// Share of items that a client receives.
    package var coherence = Bounded(1)
    /// Copies per item received.
    package var redundancy = Bounded(1)
    /// Whether each request opens a connection.
    package var connectsEachTime = false
    package var formulas = Formulas()

    /// Which formula gave what.
    package struct Formulas: Sendable, Equatable {
        var mean = Formula.pushMean
        var largest = Formula.pushMean
        var requests = Formula.pushConnections
        var empty = Formula.shortPollEmpty
        var coherence = Formula.completeCoherence
        var redundancy = Formula.completeCoherence
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.mean == right.mean && left.requestRate == right.requestRate && left.coherence == right.coherence
    }

    package init() {}

    /// Mean items of a response that has some.
    var itemsPerResponse: Double { batches.reduce(0) { $0 + $1.items * $1.weight } }
}

/// The conditions of a forecast.
package struct Conditions: Sendable {
    package var feed: FeedForecast
    package var link: LinkForecast
    package var clients: Double
    package var encrypts: Bool
    /// Bytes of one item on the line with what surrounds it.
    package var itemBytes: Double
    /// Bytes of a response's headers.
    package var headBytes: Double

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

    var processing: Processing { Processing(clients: clients, burst: feed.burst) }
    var isPoisson: Bool { feed.arrivals == .poisson || feed.arrivals == .recorded }

    /// Round trips before the request on a new connection: TCP, and TLS 1.3.
    func setupTime(_ connectsEachTime: Bool) -> Double {
        connectsEachTime ? link.roundTrip * (encrypts ? 2 : 1) : 0
    }
}
