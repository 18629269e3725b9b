import Measurement

/// All metrics that one comparison looks at. They are judged together: equal runs shall seldom differ in any of them.
struct ComparisonFamily {
    /// How often a comparison of two equal runs may find any difference.
    static let significance = 0.05

    /// Metrics whose values differ at all; the others cannot raise a false alarm.
    let size: Int
    /// Whether one run was over before the other began: then what the machine did meanwhile looks like a difference.
    let areApart: Bool

    init(_ samples: [MetricSamples], areApart: Bool) {
        size = samples.count(where: \.isTestable)
        self.areApart = areApart
    }

    /// The fewest repeats a side by which a difference could be seen among so many metrics; never below 4.
    var leastRepeats: Int {
        var count = 4
        while MannWhitney.smallestP(count, count) * Double(max(size, 1)) >= Self.significance { count += 1 }
        return count
    }

    /// Decided by the numbers of repeats alone, so leaving such metrics out makes no other look better than it is.
    func isTooSmall(_ samples: MetricSamples) -> Bool {
        samples.smallestP * Double(max(size, 1)) >= Self.significance
    }

    /// The p of every test, adjusted for all of them, by the sample's place.
    func adjusted(_ samples: [MetricSamples]) -> [Int: Double] {
        let tested = samples.indices.filter { samples[$0].isTestable && !isTooSmall(samples[$0]) }
        let pValues = tested.map { MannWhitney(samples[$0].candidate, samples[$0].baseline)?.p ?? 1 }
        return Dictionary(uniqueKeysWithValues: zip(tested, Holm.adjusted(pValues)))
    }

    /// Verdicts in the order of the samples.
    static func verdicts(_ samples: [MetricSamples], areApart: Bool) -> [MetricVerdict] {
        let family = ComparisonFamily(samples, areApart: areApart)
        let adjusted = family.adjusted(samples)
        return samples.indices.map { MetricVerdict(samples[$0], in: family, adjusted: adjusted[$0]) }
    }
}
