/// Percentile bootstrap (Efron 1979): the spread of a statistic over resamples of the sample.
///
/// With fewer than about ten samples the interval is too narrow; use the interval of the median's order statistics.
package enum Bootstrap {
    /// The ratio of two independent samples' medians and its interval. A single disturbed repeat has little effect.
    ///
    /// - Parameters:
    ///   - numerator: Independent samples.
    ///   - denominator: Independent samples, all above 0, as bytes and times are.
    ///   - confidence: Between 0 and 1.
    ///   - resamples: Number of resamples of both.
    ///   - generator: Source of the resamples.
    /// - Returns: `nil` with fewer than 2 samples on either side or a denominator that is not above 0.
    package static func ratioOfMedians(
        _ numerator: [Double],
        to denominator: [Double],
        confidence: Double = 0.95,
        resamples: Int = 2_000,
        using generator: inout SeededGenerator
    ) -> ConfidenceInterval? {
        guard numerator.count >= 2, denominator.count >= 2, denominator.allSatisfy({ $0 > 0 }),
            let above = Quantile.median(of: numerator), let below = Quantile.median(of: denominator)
        else { return nil }
        let draws = (0..<resamples).compactMap { _ -> Double? in
            guard let above = Quantile.median(of: resampled(numerator, using: &generator)),
                let below = Quantile.median(of: resampled(denominator, using: &generator))
            else { return nil }
            return above / below
        }
        return interval(of: draws, estimate: above / below, confidence: confidence)
    }

    private static func resampled(_ samples: [Double], using generator: inout SeededGenerator) -> [Double] {
        samples.indices.map { _ in samples[Int(generator.uniform(below: UInt64(samples.count)))] }
    }

    private static func interval(of draws: [Double], estimate: Double, confidence: Double) -> ConfidenceInterval? {
        let sorted = draws.sorted()
        let tail = (1 - confidence) / 2
        guard let low = Quantile.value(at: tail, ofSorted: sorted),
            let high = Quantile.value(at: 1 - tail, ofSorted: sorted)
        else { return nil }
        return ConfidenceInterval(estimate: estimate, low: low, high: high, confidence: confidence)
    }
}
