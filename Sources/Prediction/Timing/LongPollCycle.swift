import Foundation

/// Long polling of one client as a cycle: the server answers, the next request arrives R later, and the server holds it
/// until an item is due, for at most H. An item that is due in the gap R between an answer and the next request waits.
///
/// Times in seconds, rates per second.
struct LongPollCycle {
    let feed: FeedForecast
    /// R: from an answer to the client's next request at the server.
    let turn: Double
    /// H: longest time for which the server holds a request.
    let hold: Double
    /// Whether an answer carries one item at most.
    let isSingle: Bool

    /// What the cycle gives.
    struct Outcome: Equatable {
        /// Answers per second, the empty ones included.
        var requestRate: Double
        /// Share of the answers without an item.
        var emptyShare: Double
        /// Mean time between an item's due time and the answer that carries it; `nil` if items pile up.
        var meanWait: Double?
    }

    var outcome: Outcome {
        switch feed.arrivals {
        case .poisson, .recorded: isSingle ? singlePoisson : poisson
        case .periodic, .bursty: periodic
        }
    }

    /// Items of an answer that has some, with their probabilities.
    var batches: [Batch] {
        if isSingle { return [Batch(items: 1, weight: 1)] }
        switch feed.arrivals {
        case .poisson, .recorded:
            // An answer carries the item that ended the hold, or those that were due in the gap.
            let held = silence(turn) * (1 - silence(hold))
            let late = 1 - silence(turn)
            if held + late < 1e-12 { return [Batch(items: 1, weight: 1)] }
            let share = late / (held + late)
            return [Batch(items: 1, weight: 1 - share)]
                + feed.batches(in: turn).map { Batch(items: $0.items, weight: $0.weight * share) }
        case .periodic, .bursty:
            return feed.period <= turn ? feed.batches(in: turn) : [Batch(items: feed.burst, weight: 1)]
        }
    }

    /// Probability that no item is due within a time.
    private func silence(_ time: Double) -> Double { exp(-feed.rate * time) }

    /// After each answer the process starts again (renewal reward theorem): a cycle takes R and the hold that follows
    /// if no item was due in R; the λR items that were due wait R/2 each.
    private var poisson: Outcome {
        let held = silence(turn) * (1 - silence(hold)) / feed.rate
        let cycle = turn + held
        let late = turn / cycle
        return Outcome(requestRate: 1 / cycle, emptyShare: silence(turn + hold), meanWait: late * turn / 2)
    }

    /// Standard deviation of an item's wait: a share waits between 0 and R, all others not at all.
    var scatter: Double {
        let late = min(1, outcome.requestRate * turn)
        return turn * max(0, late / 3 - late * late / 4).squareRoot()
    }

    /// The share of the items waits no longer than this; `nil` if no closed form gives it, or items pile up.
    func wait(at share: Double) -> Double? {
        let share = min(1, max(0, share))
        if feed.isPoisson {
            if isSingle { return nil }
            let late = outcome.requestRate * turn
            return share <= 1 - late ? 0 : turn * (1 - (1 - share) / late)
        }
        if outcome.meanWait == nil { return nil }
        // One item per answer: those of a burst wait for the answers before theirs.
        let order = isSingle ? max(0, (feed.burst * share - 1e-9).rounded(.up) - 1) * turn : 0
        if feed.period <= turn * (isSingle ? feed.burst : 1) { return isSingle ? order : turn * share }
        let waits = orbit(after: feed.period - (isSingle ? feed.burst - 1 : 0) * turn).waits.sorted()
        if isSingle, feed.burst > 1, waits.count > 1 { return nil }
        return waits[min(waits.count - 1, Int(share * Double(waits.count)))] + order
    }

    /// The M/D/1 queue with service time R. Its idle time is made of holds and, after a hold without an item, of gaps,
    /// in which an item waits R/2 more (decomposition of queues with vacations, Fuhrmann and Cooper 1985).
    private var singlePoisson: Outcome {
        let load = feed.rate * turn
        if load >= 1 { return Outcome(requestRate: 1 / turn, emptyShare: 0) }
        let unheard = silence(hold)
        let idle = (1 - unheard) / feed.rate + unheard * turn
        let emptyRate = (1 - load) * unheard / idle
        let wait = load * turn / (2 * (1 - load)) + unheard * turn / idle * turn / 2
        return Outcome(
            requestRate: feed.rate + emptyRate, emptyShare: emptyRate / (feed.rate + emptyRate), meanWait: wait)
    }

    /// Items due each P, or groups of them. Their waits repeat: each follows from the one before.
    private var periodic: Outcome {
        let burst = isSingle ? feed.burst : 1
        if feed.period <= turn * burst {
            // Each gap has items, so that no request is held.
            let piles = isSingle && feed.period < turn * burst
            return Outcome(
                requestRate: 1 / turn, emptyShare: 0,
                meanWait: piles ? nil : isSingle ? (burst - 1) / 2 * turn : turn / 2)
        }
        let (waits, empty) = orbit(after: feed.period - (burst - 1) * turn)
        let count = Double(waits.count)
        let mean = waits.reduce(0, +) / count + (burst - 1) / 2 * turn
        let answers = count * burst + empty
        return Outcome(
            requestRate: answers / (count * feed.period), emptyShare: empty / answers, meanWait: mean)
    }

    private static let mostSteps = 4_096

    /// From an item that does not wait until the next one that does not: the waits, and the number of empty answers.
    ///
    /// With an answer at time 0, requests are held from R + k (H + R) for H, and the next item is due at P less the
    /// wait of the last one.
    private func orbit(after period: Double) -> (waits: [Double], empty: Double) {
        let whole = hold + turn
        var (waits, empty, wait): ([Double], Double, Double) = ([], 0, 0)
        repeat {
            let due = period - wait
            var place = due.truncatingRemainder(dividingBy: whole)
            if place < 0 { place += whole }
            wait = place < turn ? turn - place : 0
            waits.append(wait)
            empty += max(0, ((due + wait - turn) / whole + 1e-9).rounded(.down))
        } while wait > 0 && waits.count < Self.mostSteps
        return (waits, empty)
    }
}
