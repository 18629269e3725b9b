import Transports
import WireAccounting

/// What the formulas give for one use of a transport, apart from bytes. Times in seconds, rates per second and client.
package struct Forecast: Sendable, Equatable {
    /// Mean delay of an item; `nil` where no formula applies, such as a poll that the line cannot carry.
    package var mean: Bounded?
    /// Median delay; `nil` where no formula applies.
    package var median: Bounded?
    /// Largest delay of a run; `nil` where no formula applies.
    package var largest: Bounded?
    /// Exchanges per client and second; 0 for transports without exchanges.
    package var requestRate = Bounded(0)
    /// Share of responses without items.
    package var emptyShare = Bounded(0)
    /// Items of a response that has some, with their probabilities.
    package var batches: [Batch] = []
    /// Share of items that a client receives.
    package var coherence = Bounded(1)
    /// Copies per item received.
    package var redundancy = Bounded(1)
    /// Whether every answer carries the newest item, known to the client or not, so that none is empty.
    package var answersAlwaysCarryNewest = false
    /// Whether each request opens a connection.
    package var connectsEachTime = false
    /// Which formula gave which value.
    package var formulas = Formulas()

    /// Which formula gave what.
    package struct Formulas: Sendable, Equatable {
        var mean = Formula.pushMean
        var median = Formula.pushMedian
        var largest = Formula.pushMax
        var requests = Formula.pushConnections
        var empty = Formula.shortPollEmpty
        var batches = Formula.shortPollBatches
        var coherence = Formula.completeCoherence
        var redundancy = Formula.completeCoherence
    }

    /// Nothing is known yet; every item arrives once.
    package init() {}

    /// Mean items of a response that has some.
    var itemsPerResponse: Double { batches.reduce(0) { $0 + $1.items * $1.weight } }
}

/// A number of items that one response carries, and how probable it is.
package struct Batch: Sendable, Equatable {
    /// At least 1 for whole items; an expected value may be a fraction.
    package var items: Double
    /// 0 to 1; those of all batches of a forecast add up to 1.
    package var weight: Double

    /// Items, and their probability.
    package init(items: Double, weight: Double) {
        (self.items, self.weight) = (items, weight)
    }
}
