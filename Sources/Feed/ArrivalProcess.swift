import Measurement

/// The arrival process of a synthetic feed.
package enum ArrivalProcess: String, CaseIterable, Sendable {
    /// One item per period.
    case constant
    /// Exponential gaps with the period as mean: a Poisson process, for independent events.
    case poisson
    /// Several items due at one instant, then silence, with the same mean rate.
    case bursty
}

/// Due times in nanoseconds since the feed's epoch: the n-th call returns that of the n-th item.
package struct ArrivalTimes: Sendable {
    private let process: ArrivalProcess
    private let itemsPerBurst: Int
    private let periodNanoseconds: Double
    private var random: SeededGenerator
    private var count = 0
    private var lastPoissonDue = 0.0

    /// - Parameters:
    ///   - process: The arrival process.
    ///   - period: Mean gap between items, 10 µs to 1 min.
    ///   - itemsPerBurst: Items due at one instant in the bursty process, 1 or more.
    ///   - seed: Determines the gaps of the Poisson process.
    package init(_ process: ArrivalProcess, period: Duration, itemsPerBurst: Int = 10, seed: UInt64) {
        precondition(period > .zero, "the mean gap between items must be positive")
        precondition(itemsPerBurst > 0, "a burst must have at least one item")
        self.process = process
        self.itemsPerBurst = itemsPerBurst
        // Not in whole nanoseconds: a rate of 3/s would drift by up to a nanosecond per item.
        self.periodNanoseconds = period / .nanoseconds(1)
        self.random = SeededGenerator(seed: seed)
    }

    /// The next due time; never before the previous one. The first item is due one gap after the epoch.
    package mutating func next() -> Int64 {
        count += 1
        switch process {
        case .constant:
            // Computed from the count, not from the last due time, so that rounding errors do not add up.
            return Int64((Double(count) * periodNanoseconds).rounded())
        case .bursty:
            let burst = (count - 1) / itemsPerBurst + 1
            return Int64((Double(burst * itemsPerBurst) * periodNanoseconds).rounded())
        case .poisson:
            lastPoissonDue += random.exponential(mean: periodNanoseconds)
            return Int64(lastPoissonDue.rounded())
        }
    }
}
