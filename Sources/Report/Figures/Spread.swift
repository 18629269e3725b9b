import Measurement

/// One value per repeat: the median, the range, and the confidence interval of the median.
struct Spread: Equatable {
    let median: Double
    let low: Double
    let high: Double
    /// From order statistics; `nil` below ``minimumRepeats``.
    let interval: ConfidenceInterval?

    /// The smallest number of repeats that gives a 95 % interval.
    static let minimumRepeats = RepeatNeeds.interval

    /// The ends of the interval, or of the range if there are too few repeats for one.
    var ends: (low: Double, high: Double) { interval.map { ($0.low, $0.high) } ?? (low, high) }

    /// - Returns: `nil` if no repeat has the value.
    init?(_ values: [Double]) {
        guard let median = Quantile.median(of: values), let low = values.min(), let high = values.max() else {
            return nil
        }
        self.median = median
        self.low = low
        self.high = high
        interval = Quantile.medianInterval(of: values)
    }
}
