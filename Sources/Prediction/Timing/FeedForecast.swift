import Feed
import Foundation
import Measurement
import Scenario

/// What the formulas need to know of a feed.
package struct FeedForecast: Sendable, Equatable {
    /// When items are due.
    package enum Arrivals: Sendable, Equatable {
        case periodic
        case poisson
        /// Groups of items due at once.
        case bursty(Int)
        /// A recording: its own times, so that only bounds hold.
        case recorded
    }

    /// λ, per second.
    package var rate: Double
    /// See ``Arrivals``.
    package var arrivals: Arrivals
    /// Mean size of an item's text form in bytes.
    package var payload: Double
    /// Whether all items have this size.
    package var hasOneSize: Bool
    /// What the items consist of, which decides their size in text.
    package var content = ItemContent.filler

    /// Rate above 0 per second, payload in bytes.
    package init(rate: Double, arrivals: Arrivals, payload: Double, hasOneSize: Bool = true) {
        self.rate = rate
        self.arrivals = arrivals
        self.payload = payload
        self.hasOneSize = hasOneSize
    }

    /// For the feed of a scenario; `nil` if its rate and size are not known.
    ///
    /// - Parameters:
    ///   - feed: Of a scenario.
    ///   - recorded: Rate and mean size of its recording, if it is a replay.
    package init?(_ feed: Scenario.Feed, recorded: (rate: Double, payload: Double)?) {
        switch feed.source {
        case .synthetic, .clients:
            guard let rate = feed.rate, let payload = feed.payload else { return nil }
            let arrivals: Arrivals =
                switch feed.arrivals {
                case .constant: .periodic
                case .poisson: .poisson
                case .bursty: .bursty(feed.burst ?? 10)
                }
            self.init(rate: rate.perSecond, arrivals: arrivals, payload: Double(payload.bytes))
            content = feed.content
        case .host:
            guard let rate = feed.rate else { return nil }
            // Counters of the machine as JSON; their size differs from machine to machine.
            self.init(rate: rate.perSecond, arrivals: .periodic, payload: 250, hasOneSize: false)
        case .replay:
            guard let recorded else { return nil }
            self.init(rate: recorded.rate, arrivals: .recorded, payload: recorded.payload, hasOneSize: false)
        }
    }

    /// Whether gaps between items are exponential. A recording is taken as such.
    var isPoisson: Bool { arrivals == .poisson || arrivals == .recorded }

    /// Items that are due at the same time.
    var burst: Double {
        if case .bursty(let items) = arrivals { Double(items) } else { 1 }
    }

    /// P: time between two instants at which items are due, in seconds.
    var period: Double { burst / rate }

    /// Items due in a time.
    func published(in seconds: Double) -> Bounded {
        let mean = rate * seconds
        switch arrivals {
        case .poisson:
            return Bounded(mean, low: max(0, mean - 3 * mean.squareRoot()), high: mean + 3 * mean.squareRoot())
        case .recorded: return Bounded(mean, low: max(0, mean - 1), high: mean + 1)
        case .periodic, .bursty:
            // The first items are due after one period; those due at the end are not within the time.
            let instants = max(0, (seconds / period - 1e-9).rounded(.up) - 1)
            return Bounded(instants * burst, low: max(0, (instants - 1) * burst), high: (instants + 1) * burst)
        }
    }

    /// Items of a periodic feed that are due until a time, those at its end included.
    func itemsDue(until seconds: Double) -> Double { (seconds / period + 1e-9).rounded(.down) * burst }

    /// Probability that no item is due within a time, seen from a random instant.
    func silence(of seconds: Double) -> Double {
        switch arrivals {
        case .poisson, .recorded: exp(-rate * seconds)
        case .periodic, .bursty: max(0, 1 - seconds / period)
        }
    }

    /// How many items are due within a time that has at least one, with their probabilities.
    func batches(in seconds: Double) -> [Batch] {
        switch arrivals {
        case .poisson, .recorded: return poissonBatches(mean: rate * seconds)
        case .periodic, .bursty:
            let instants = max(1, seconds / period)
            let (few, share) = (instants.rounded(.down), instants - instants.rounded(.down))
            return [
                Batch(items: few * burst, weight: 1 - share), Batch(items: (few + 1) * burst, weight: share),
            ].filter { $0.weight > 1e-12 }
        }
    }

    private func poissonBatches(mean: Double) -> [Batch] {
        // Beyond this, one batch of the mean size is close enough for numbers of digits.
        if mean > 500 { return [Batch(items: mean, weight: 1)] }
        let silent = exp(-mean)
        if silent > 1 - 1e-12 { return [Batch(items: 1, weight: 1)] }
        var (batches, probability): ([Batch], Double) = ([], silent)
        for items in 1...Int(mean + 10 * mean.squareRoot() + 10) {
            probability *= mean / Double(items)
            batches.append(Batch(items: Double(items), weight: probability / (1 - silent)))
        }
        return batches
    }
}
