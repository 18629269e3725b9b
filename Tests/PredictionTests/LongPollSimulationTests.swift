import Measurement
import Testing

@testable import Prediction

/// Long polling item by item, without any formula of the sources.
private struct LongPollSimulation {
    var (requests, empty, items) = (0, 0, 0)
    var totalWait = 0.0
    var time = 0.0
    var waits: [Double] = []

    /// Times in seconds, those of `arrivals` in order.
    init(_ arrivals: [Double], turn: Double, hold: Double, isSingle: Bool) {
        var next = 0
        while next < arrivals.count {
            // A request arrives; the server answers at once if an item is due, otherwise it holds.
            if arrivals[next] > time + hold {
                time += hold
                empty += 1
            } else {
                time = max(time, arrivals[next])
                repeat {
                    waits.append(time - arrivals[next])
                    next += 1
                } while !isSingle && next < arrivals.count && arrivals[next] <= time
            }
            requests += 1
            time += turn
        }
        items = waits.count
        totalWait = waits.reduce(0, +)
    }
}

@Suite("Closed forms of long polling against a simulation")
struct LongPollSimulationTests {
    private func arrivals(_ feed: FeedForecast) -> [Double] {
        var generator = SeededGenerator(seed: 13)
        var time = 0.0
        // Those at random scatter; the others repeat after a few.
        return (0..<(feed.isPoisson ? 40_000 : 6_000)).map { index in
            switch feed.arrivals {
            case .poisson, .recorded:
                time += generator.exponential(mean: 1 / feed.rate)
                return time
            case .periodic, .bursty: return Double(index / Int(feed.burst) + 1) * feed.period
            }
        }
    }

    private func compare(
        _ feed: FeedForecast, turn: Double, hold: Double, isSingle: Bool, within tolerance: Double
    ) throws {
        let cycle = LongPollCycle(feed: feed, turn: turn, hold: hold, isSingle: isSingle)
        let formula = cycle.outcome
        let simulated = LongPollSimulation(arrivals(feed), turn: turn, hold: hold, isSingle: isSingle)
        let mean = simulated.totalWait / Double(simulated.items)
        let rate = Double(simulated.requests) / simulated.time
        let share = Double(simulated.empty) / Double(simulated.requests)
        let label = "\(feed), R \(turn), H \(hold), single \(isSingle)"
        let wait = try #require(formula.meanWait, "\(label)")
        #expect(abs(wait - mean) <= tolerance * turn, "\(label): mean wait \(wait), simulated \(mean)")
        #expect(abs(formula.requestRate / rate - 1) <= tolerance, "\(label): \(formula.requestRate), simulated \(rate)")
        #expect(abs(formula.emptyShare - share) <= tolerance, "\(label): \(formula.emptyShare) empty, not \(share)")
        let sorted = simulated.waits.sorted()
        for share in [0.5, 0.6, 0.9] where feed.isPoisson {
            guard let wait = cycle.wait(at: share) else { continue }
            let own = sorted[Int(share * Double(sorted.count))]
            #expect(abs(wait - own) <= tolerance * turn, "\(label): \(wait) at \(share), simulated \(own)")
        }
    }

    @Test("Poisson arrivals", arguments: [0.3, 1, 4], [0.2037, 0.8309])
    func poisson(rate: Double, turn: Double) throws {
        let feed = FeedForecast(rate: rate, arrivals: .poisson, payload: 128)
        for hold in [0.5, 1, 25] {
            try compare(feed, turn: turn, hold: hold, isSingle: false, within: 0.02)
            if rate * turn < 0.5 { try compare(feed, turn: turn, hold: hold, isSingle: true, within: 0.06) }
        }
    }

    @Test("periodic arrivals and bursts", arguments: [2.013, 2.917, 5.037, 10.11], [0.2037, 0.8309])
    func periodic(period: Double, turn: Double) throws {
        for hold in [0.503, 1, 25] {
            for burst in [1, 3] {
                let arrivals = burst == 1 ? FeedForecast.Arrivals.periodic : .bursty(burst)
                let feed = FeedForecast(rate: Double(burst) / period, arrivals: arrivals, payload: 128)
                try compare(feed, turn: turn, hold: hold, isSingle: false, within: 0.002)
                if turn * Double(burst) < period {
                    try compare(feed, turn: turn, hold: hold, isSingle: true, within: 0.002)
                }
            }
        }
    }

    @Test("items closer than a round trip", arguments: [0.37, 0.113])
    func dense(period: Double) throws {
        try compare(
            FeedForecast(rate: 1 / period, arrivals: .periodic, payload: 128), turn: 0.8231, hold: 1, isSingle: false,
            within: 0.03)
    }
}
