import Measurement
import ResultFiles

/// One metric's values in the repeats of one case in which it is valid, on both sides.
struct MetricSamples {
    let metric: ComparedMetric
    /// In the order they were measured.
    let baseline: [Double]
    let candidate: [Double]

    init(_ metric: ComparedMetric, baseline: CaseResult, candidate: CaseResult) {
        let values = { (result: CaseResult) in
            result.usableRows(metric).sorted { ($0.startedAt ?? .never) < ($1.startedAt ?? .never) }
                .compactMap(metric.value)
        }
        self.init(metric, baseline: values(baseline), candidate: values(candidate))
    }

    init(_ metric: ComparedMetric, baseline: [Double], candidate: [Double]) {
        self.metric = metric
        self.baseline = baseline
        self.candidate = candidate
    }

    var isMeasured: Bool { !baseline.isEmpty || !candidate.isEmpty }

    /// Whether any test could see a difference: values that are all the same differ nowhere.
    var isTestable: Bool {
        !baseline.isEmpty && !candidate.isEmpty && Set(baseline + candidate).count > 1
    }

    /// How far a side moved by itself, the larger of both.
    var drift: Double { max(Self.drift(baseline), Self.drift(candidate)) }

    /// The range of the medians of three repeats in a row: a single disturbed repeat is no movement.
    private static func drift(_ values: [Double]) -> Double {
        let medians = values.indices.dropLast(2).compactMap { Quantile.median(of: Array(values[$0..<$0 + 3])) }
        guard let low = medians.min(), let high = medians.max() else { return 0 }
        return high - low
    }

    /// The smallest p that a test of so many repeats can give.
    var smallestP: Double { MannWhitney.smallestP(baseline.count, candidate.count) }
}

extension CaseResult {
    func usableRows(_ metric: ComparedMetric) -> [SummaryRow] {
        rows.filter { metric.isOfBytes ? $0.hasValidBytes : $0.hasValidTimes }
    }
}

/// What the repeats of one case allow to say of one metric.
struct MetricVerdict: Equatable, Sendable {
    enum Finding: Equatable, Sendable {
        case verdict(Verdict)
        /// Even if the sides lay wholly apart, that would be no evidence among so many metrics.
        case tooFewRepeats(baseline: Int, candidate: Int, needed: Int)
        case notMeasured
        /// The runs were measured one after the other, and one of them moved by as much as they differ.
        case drowned(drift: Double)
    }

    /// A side's median; its interval is `nil` below 6 repeats.
    struct Middle: Equatable {
        let median: Double
        let interval: ConfidenceInterval?

        init?(_ values: [Double]) {
            guard let median = Quantile.median(of: values) else { return nil }
            self.median = median
            interval = Quantile.medianInterval(of: values)
        }
    }

    /// The column of `summary.csv`.
    let metric: String
    let finding: Finding
    /// `nil` where no repeat has the value.
    let baseline: Middle?
    let candidate: Middle?
    /// Candidate minus baseline with its interval.
    let shift: ConfidenceInterval?
    /// The candidate's median over the baseline's.
    let ratio: ConfidenceInterval?
    /// Adjusted for the metrics beside it.
    let p: Double?

    // Drawing anew is chance; a fixed seed makes the same folders give the same text.
    private static let bootstrapSeed: UInt64 = 1

    init(_ samples: MetricSamples, in family: ComparisonFamily, adjusted p: Double?) {
        metric = samples.metric.name
        baseline = Middle(samples.baseline)
        candidate = Middle(samples.candidate)
        let comparison = Comparison(of: samples.candidate, against: samples.baseline, preferring: .lower)
        shift = comparison?.shift
        var generator = SeededGenerator(seed: Self.bootstrapSeed)
        ratio = Bootstrap.ratioOfMedians(samples.candidate, to: samples.baseline, using: &generator)
        self.p = p
        finding = Self.finding(samples, comparison, in: family, adjusted: p)
    }

    private static func finding(
        _ samples: MetricSamples, _ comparison: Comparison?, in family: ComparisonFamily, adjusted p: Double?
    ) -> Finding {
        if !samples.isMeasured { return .notMeasured }
        guard let comparison, !family.isTooSmall(samples) else {
            return .tooFewRepeats(
                baseline: samples.baseline.count, candidate: samples.candidate.count, needed: family.leastRepeats)
        }
        let verdict = comparison.verdict(p: p ?? 1, significance: ComparisonFamily.significance)
        if verdict != .noDetectableDifference, family.areApart, let shift = comparison.shift,
            abs(shift.estimate) <= samples.drift
        {
            return .drowned(drift: samples.drift)
        }
        return .verdict(verdict)
    }
}

extension UTCInstant {
    /// For rows that do not tell when they began.
    fileprivate static let never = UTCInstant(millisecondsSince1970: .max)
}
