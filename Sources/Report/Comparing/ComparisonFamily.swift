import Measurement

/// All metrics of one comparison of two runs. They are judged together, to limit false alarms over all metrics.
struct ComparisonFamily {
    /// The allowed probability that a comparison of two equal runs finds any difference, and that any interval of a
    /// comparison misses the true value.
    static let significance = 0.02
    /// Probability that all intervals of a comparison together contain the true values: `98 %`.
    static var confidenceText: String { "\(Figure.fixed((1 - significance) * 100, decimals: 0)) %" }

    /// Of the metrics whose values are not all equal; the others cannot raise a false alarm.
    let tests: TestFamily
    /// Whether one run ended before the other began. A change of the machine then looks like a difference.
    let areConsecutive: Bool

    init(_ samples: [MetricSamples], areConsecutive: Bool) {
        tests = TestFamily(size: samples.count(where: \.isTestable), significance: Self.significance)
        self.areConsecutive = areConsecutive
    }

    /// The smallest number of repeats per run that can show a difference with this number of metrics.
    var minimumRepeats: Int { tests.leastRepeats { MannWhitney.smallestP($0, $0) } }

    /// Depends only on the numbers of repeats, so leaving out these metrics does not bias the others.
    func isTooSmall(_ samples: MetricSamples) -> Bool { samples.smallestP >= tests.level }

    /// Verdicts in the order of the samples.
    static func verdicts(_ samples: [MetricSamples], areConsecutive: Bool) -> [MetricVerdict] {
        let family = ComparisonFamily(samples, areConsecutive: areConsecutive)
        return samples.map { MetricVerdict($0, in: family) }
    }
}
