import Measurement
import ResultFiles

extension ComparedMetric {
    /// How often items did not arrive once and in order.
    static let deliveries = [
        count("missed") { $0.missed }, count("duplicate") { $0.duplicate }, count("reordered") { $0.reordered },
    ]

    private static func count(_ name: String, _ value: @escaping @Sendable (SummaryRow) -> Int?) -> ComparedMetric {
        ComparedMetric(
            name: name, isOfBytes: true, value: { value($0).map(Double.init) },
            text: { $0.rounded() == $0 ? Figure.count(Int($0)) : Figure.significant($0) })
    }
}

/// Compares counts of deliveries that went wrong in two runs of a case.
///
/// A run without any is determined, and needs no test: a run with some is worse. If both have some, a test decides.
struct DeliveryVerdict: Sendable {
    let verdict: MetricVerdict
    /// In how many repeats the count is above 0: baseline, then candidate.
    let affected: [Int]

    /// Whether there is anything to say about the count.
    var isSilent: Bool { affected == [0, 0] }

    init(_ samples: MetricSamples, _ verdict: MetricVerdict) {
        self.verdict = verdict
        affected = [samples.baseline, samples.candidate].map { values in values.count { $0 > 0 } }
    }

    /// - Returns: `nil` if a test must decide.
    init?(determined samples: MetricSamples) {
        guard let finding = Self.finding(samples) else { return nil }
        self.init(samples, MetricVerdict(samples, determined: finding))
    }

    private static func finding(_ samples: MetricSamples) -> MetricVerdict.Finding? {
        if !samples.isMeasured { return .notMeasured }
        let counts = [samples.baseline.count, samples.candidate.count]
        if counts.contains(0) { return .tooFewRepeats(baseline: counts[0], candidate: counts[1], needed: 1) }
        switch (samples.baseline.contains { $0 > 0 }, samples.candidate.contains { $0 > 0 }) {
        case (false, false): return .verdict(.noDetectableDifference)
        case (false, true): return .verdict(.worse)
        case (true, false): return .verdict(.better)
        case (true, true): return nil
        }
    }
}

extension MetricVerdict {
    /// A verdict that no test gave.
    fileprivate init(_ samples: MetricSamples, determined finding: Finding) {
        metric = samples.metric.name
        self.finding = finding
        repeats = [samples.baseline.count, samples.candidate.count]
        baseline = Quantile.median(of: samples.baseline)
        candidate = Quantile.median(of: samples.candidate)
        (shift, ratio, p) = (nil, nil, nil)
    }
}
