import ResultFiles

/// Searches for the largest load at which a condition is false: doubles the load until the condition holds, halves the
/// ratio between the largest load below and the smallest load above, and repeats both.
///
/// Pure: it decides from the readings alone which load is measured next.
package struct CapacitySearch: Sendable {
    /// Where one search begins and when it ends, from the command line.
    package struct Limits: Sendable {
        /// The first load.
        package var start: Double
        /// The loads that may be measured.
        package var range: ClosedRange<Double>
        /// The search narrows the loads next to the edge to this ratio minus 1.
        package var precision = 0.05
        /// Readings of each load next to the edge.
        package var edgeRepeats = 3

        /// Takes loads in the unit of the raised field, with 5 % and 3 readings for the rest.
        package init(start: Double, range: ClosedRange<Double>) {
            (self.start, self.range) = (start, range)
        }

        /// About how many measurements a search makes: a few doublings, halvings between two of them, repeats.
        var expectedSteps: Int {
            var (halvings, ratio) = (0, 2.0)
            while ratio > 1 + precision, halvings < 20 { (halvings, ratio) = (halvings + 1, ratio.squareRoot()) }
            return 4 + halvings + 2 * (edgeRepeats - 1)
        }
    }

    /// What one measurement of a load says about the condition.
    enum Reading: Sendable, Equatable {
        /// The condition is false: the server carries the load.
        case carried
        /// The condition holds.
        case reached
        /// The results do not tell, for this reason: neither overload nor its absence.
        case undecided(String)
    }

    /// The readings of one load.
    private struct Tally {
        var carried = 0
        var reached = 0
        var undecided = 0
        var reason = ""

        /// Readings that tell. Those that do not are no votes for either side.
        var decided: Int { carried + reached }
        var isCarried: Bool { carried > reached }
        var isUndecided: Bool { undecided > 0 && decided == 0 }
    }

    private let limits: Limits
    /// The nearest value that the load can have.
    private let nearest: @Sendable (Double) -> Double
    private var tallies: [Double: Tally] = [:]
    private var isOutOfTime = false
    private var blindness: String?

    init(_ limits: Limits, nearest: @escaping @Sendable (Double) -> Double = { $0 }) {
        self.limits = limits
        self.nearest = nearest
    }

    // A reading that does not tell may have been disturbed by the machine, so it is repeated. After this number of them
    // the load stays without further readings; without any that tells, the search goes on below it.
    static let attempts = 3

    /// Counts a reading. Several of one load are votes on it; undecided ones do not count.
    mutating func add(_ reading: Reading, at load: Double) {
        switch reading {
        case .carried: tallies[load, default: Tally()].carried += 1
        case .reached: tallies[load, default: Tally()].reached += 1
        case .undecided(let reason):
            tallies[load, default: Tally()].undecided += 1
            tallies[load]?.reason = reason
        }
    }

    /// No time is left: the search ends with the readings so far.
    mutating func end() { isOutOfTime = true }

    /// No measurement can tell, for this reason: the search ends.
    mutating func end(because reason: String) { blindness = reason }

    // MARK: The edge

    /// The smallest load that is not carried.
    private var above: Double? { tallies.filter { !$0.value.isCarried }.keys.min() }

    /// The largest load below ``above``.
    private var below: Double? {
        let limit = above ?? .infinity
        return tallies.keys.filter { $0 < limit }.max()
    }

    /// A load between the two, or `nil` if they are close enough.
    private func middle(_ low: Double, _ high: Double) -> Double? {
        if high <= low * (1 + limits.precision) { return nil }
        let middle = nearest(low > 0 ? (low * high).squareRoot() : high / 2)
        if middle > low, middle < high { return middle }
        // The geometric mean of small whole numbers may be one of them.
        let half = nearest((low + high) / 2)
        return half > low && half < high ? half : nil
    }

    private func lacksReadings(_ load: Double) -> Bool {
        guard let tally = tallies[load] else { return true }
        return tally.decided < limits.edgeRepeats && tally.undecided < Self.attempts
    }

    /// The load whose only readings do not tell.
    private var untold: Double? {
        tallies.filter { $0.value.isUndecided && $0.value.undecided < Self.attempts }.keys.min()
    }

    // MARK: What comes next

    /// The next measurement; `nil` if the search has ended.
    var next: (load: Double, phase: CapacityRow.Phase)? {
        if isOutOfTime || blindness != nil { return nil }
        guard let largest = tallies.keys.max() else { return (first, .grow) }
        if let untold { return (untold, .again) }
        guard let above else {
            if largest < limits.range.upperBound { return (larger(than: largest), .grow) }
            return lacksReadings(largest) ? (largest, .edge) : nil
        }
        guard let below else {
            if above > limits.range.lowerBound { return (smaller(than: above), .shrink) }
            return lacksReadings(above) ? (above, .edge) : nil
        }
        if let middle = middle(below, above) { return (middle, .bisect) }
        if lacksReadings(below) { return (below, .edge) }
        if lacksReadings(above) { return (above, .edge) }
        return nil
    }

    private var first: Double { nearest(min(max(limits.start, limits.range.lowerBound), limits.range.upperBound)) }

    private func larger(than load: Double) -> Double {
        let double = nearest(min(load * 2, limits.range.upperBound))
        return double > load ? double : limits.range.upperBound
    }

    private func smaller(than load: Double) -> Double {
        let half = nearest(max(load / 2, limits.range.lowerBound))
        return half < load ? half : limits.range.lowerBound
    }
}

/// What a search has found so far.
package struct CapacityAnswer: Sendable, Equatable {
    /// The largest load that most of its readings carried; `nil` if no load was carried.
    package var load: Double?
    /// The largest load that every reading carried, as every reading of smaller loads; readings that do not tell aside.
    package var low: Double?
    /// The smallest load that no reading carried, as no reading of larger loads.
    package var high: Double?
    /// Whether the edge was found, and if not, why; `searching` while measurements are left.
    package var outcome: CapacityRow.Outcome
    /// Why the results above the load do not tell.
    package var reason: String?
}

extension CapacitySearch {
    /// From the readings so far; its outcome is `searching` until ``next`` is `nil`.
    var answer: CapacityAnswer {
        let worst = tallies.filter { $0.value.reached > 0 || $0.value.isUndecided }.keys.min() ?? .infinity
        let best = tallies.filter { $0.value.carried > 0 }.keys.max() ?? -.infinity
        var answer = CapacityAnswer(
            load: below, low: tallies.keys.filter { $0 < worst }.max(),
            high: tallies.filter { $0.value.reached > 0 && $0.key > best }.keys.min(), outcome: .searching)
        if next != nil { return answer }
        if let blindness {
            (answer.outcome, answer.reason) = (.undecided, blindness)
        } else if isOutOfTime {
            answer.outcome = .outOfTime
        } else if let above {
            let tally = tallies[above]
            answer.outcome = tally?.isUndecided == true ? .undecided : below == nil ? .alwaysReached : .found
            answer.reason = answer.outcome == .undecided ? tally?.reason : nil
        } else {
            answer.outcome = .neverReached
        }
        return answer
    }
}
