import Measurement

/// All metrics of one comparison. The p values are adjusted for all of them, to limit false alarms over all metrics.
struct ComparisonFamily {
    /// The allowed probability that a comparison of two equal runs finds any difference, and that any interval of a
    /// comparison misses the true value.
    static let significance = 0.02
    /// Probability that all intervals of a comparison together contain the true values: `98 %`.
    static var confidenceText: String { "\(Figure.fixed((1 - significance) * 100, decimals: 0)) %" }

    /// The number of metrics whose values are not all equal; the others cannot raise a false alarm.
    let size: Int
    /// Whether one run ended before the other began. A change of the machine then looks like a difference.
    let areConsecutive: Bool

    init(_ samples: [MetricSamples], areConsecutive: Bool) {
        size = samples.count(where: \.isTestable)
        self.areConsecutive = areConsecutive
    }

    /// The confidence of each interval, so that all together have the confidence of the comparison (Bonferroni).
    var confidence: Double { 1 - Self.significance / Double(max(size, 1)) }

    /// The smallest number of repeats per run that can show a difference with this number of metrics.
    var minimumRepeats: Int {
        var count = 1
        while MannWhitney.smallestP(count, count) * Double(max(size, 1)) >= Self.significance { count += 1 }
        return count
    }

    /// Depends only on the numbers of repeats, so leaving out these metrics does not bias the others.
    func isTooSmall(_ samples: MetricSamples) -> Bool {
        samples.smallestP * Double(max(size, 1)) >= Self.significance
    }

    /// The adjusted p of each tested metric, by index into `samples`.
    func adjusted(_ samples: [MetricSamples]) -> [Int: Double] {
        let tested = samples.indices.filter { samples[$0].isTestable && !isTooSmall(samples[$0]) }
        let pValues = tested.map { MannWhitney(samples[$0].candidate, samples[$0].baseline)?.p ?? 1 }
        return Dictionary(uniqueKeysWithValues: zip(tested, Holm.adjusted(pValues)))
    }

    /// Verdicts in the order of the samples.
    static func verdicts(_ samples: [MetricSamples], areConsecutive: Bool) -> [MetricVerdict] {
        let family = ComparisonFamily(samples, areConsecutive: areConsecutive)
        let adjusted = family.adjusted(samples)
        return samples.indices.map { MetricVerdict(samples[$0], in: family, adjusted: adjusted[$0]) }
    }
}
