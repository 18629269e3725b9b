import Measurement

/// One number a repeat: the median, how far they lie apart, and how well they tell the median.
struct Spread: Equatable {
    let median: Double
    let low: Double
    let high: Double
    /// Between order statistics; `nil` below 6 repeats.
    let interval: ConfidenceInterval?

    /// The fewest repeats that have an interval of 95 %.
    static let leastRepeats = 6

    /// - Returns: `nil` when no repeat has the value.
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
