import Measurement
import ResultFiles

/// The values of one metric in the valid repeats of one case, for both runs.
struct MetricSamples {
    let metric: ComparedMetric
    /// In the order of measurement.
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

    /// Whether a test can find a difference: not if all values are equal.
    var isTestable: Bool {
        !baseline.isEmpty && !candidate.isEmpty && Set(baseline + candidate).count > 1
    }

    /// The drift within a run, the larger of both runs.
    var drift: Double { max(Self.drift(baseline), Self.drift(candidate)) }

    /// The range of the medians of three repeats in a row, so that one disturbed repeat does not count as drift.
    private static func drift(_ values: [Double]) -> Double {
        let medians = values.indices.dropLast(2).compactMap { Quantile.median(of: Array(values[$0..<$0 + 3])) }
        guard let low = medians.min(), let high = medians.max() else { return 0 }
        return high - low
    }

    /// The smallest p that a test with these numbers of repeats can give.
    var smallestP: Double { MannWhitney.smallestP(baseline.count, candidate.count) }
}

extension CaseResult {
    func usableRows(_ metric: ComparedMetric) -> [SummaryRow] {
        rows.filter { metric.isOfBytes ? $0.hasValidBytes : $0.hasValidTimes }
    }
}

/// The result of comparing one metric of one case.
struct MetricVerdict: Equatable, Sendable {
    enum Finding: Equatable, Sendable {
        case verdict(Verdict)
        /// With these numbers of repeats and metrics, no difference can be significant.
        case tooFewRepeats(baseline: Int, candidate: Int, needed: Int)
        case notMeasured
        /// The runs were measured one after the other, and the shift is not larger than the drift within one run.
        case withinDrift(drift: Double)
    }

    /// The column of `summary.csv`.
    let metric: String
    let finding: Finding
    /// Numbers of valid repeats: baseline, then candidate.
    let repeats: [Int]
    /// Medians; `nil` if no repeat has the value.
    let baseline: Double?
    let candidate: Double?
    /// Candidate minus baseline, with the interval that the test of the finding does not reject: without 0 if and only
    /// if the verdict is better or worse. Within the drift, the drift is added on both sides.
    let shift: ConfidenceInterval?
    /// Candidate divided by baseline, likewise without 1; `nil` within the drift.
    let ratio: ConfidenceInterval?
    /// Adjusted for all metrics of the comparison.
    let p: Double?

    init(_ samples: MetricSamples, in family: ComparisonFamily) {
        metric = samples.metric.name
        repeats = [samples.baseline.count, samples.candidate.count]
        baseline = Quantile.median(of: samples.baseline)
        candidate = Quantile.median(of: samples.candidate)
        let test = RankTest(samples.candidate, against: samples.baseline)
        let shift = test.difference(level: family.tests.level)
        p = samples.isTestable && !family.isTooSmall(samples) ? family.tests.adjusted(test.p) : nil
        finding = Self.finding(samples, test, shift, in: family)
        if case .withinDrift(let drift) = finding {
            self.shift = shift?.widened(by: drift)
            ratio = nil
        } else {
            self.shift = shift
            ratio = test.ratio(level: family.tests.level)
        }
    }

    private static func finding(
        _ samples: MetricSamples, _ test: RankTest, _ shift: ConfidenceInterval?, in family: ComparisonFamily
    ) -> Finding {
        if !samples.isMeasured { return .notMeasured }
        if family.isTooSmall(samples) {
            return .tooFewRepeats(
                baseline: samples.baseline.count, candidate: samples.candidate.count, needed: family.minimumRepeats)
        }
        guard test.p < family.tests.level else { return .verdict(.noDetectableDifference) }
        if family.areConsecutive, let shift, abs(shift.estimate) <= samples.drift {
            return .withinDrift(drift: samples.drift)
        }
        return .verdict(test.isLower ? .better : .worse)
    }
}

extension UTCInstant {
    /// For rows without a start time.
    fileprivate static let never = UTCInstant(millisecondsSince1970: .max)
}
