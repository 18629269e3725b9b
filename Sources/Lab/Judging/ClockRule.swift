import LoadGenerator
import Measurement

/// Rejects times whose error, because of different clocks, is too large for what they show.
struct ClockRule {
    /// Of the median latency, without `--clock-tolerance`.
    static let allowedShare = 0.5

    /// How far a latency may be off; `nil` if it is not known or there are no latencies.
    let error: Duration?
    /// From `--clock-tolerance`; `nil` for the share of the median.
    let tolerance: Duration?
    let medianMicroseconds: Int64?

    init(_ outcome: CaseOutcome) {
        let record = outcome.record
        error = record.latency.isEmpty ? nil : record.clockErrorNanoseconds.map { .nanoseconds($0) }
        tolerance = outcome.subject.clockTolerance
        medianMicroseconds = record.latency.percentile(50)
    }

    init(error: Duration?, tolerance: Duration?, medianMicroseconds: Int64?) {
        (self.error, self.tolerance, self.medianMicroseconds) = (error, tolerance, medianMicroseconds)
    }

    /// For the row; `nil` without latencies.
    var errorMicroseconds: Double? { error.map { Double($0.nanoseconds) / 1_000 } }

    /// A sentence if the error is too large.
    var complaint: String? {
        guard let error, error > .zero else { return nil }
        let half = medianMicroseconds.map { Duration.nanoseconds(Int64(Double($0) * 1_000 * Self.allowedShare)) }
        guard let allowed = tolerance ?? half, error > allowed else { return nil }
        let reason = tolerance == nil ? "half of the median latency" : "--clock-tolerance"
        return "the clocks of server and clients agree only to \(Self.text(error)); at most \(Self.text(allowed)) is "
            + "allowed, \(reason)"
    }

    /// Whether a latency below 0 is within the error of the clocks.
    func allows(negative latency: LatencyHistogram) -> Bool {
        guard let error, let least = latency.min else { return latency.negativeCount == 0 }
        return least * 1_000 >= -error.nanoseconds
    }

    // Whole microseconds, upwards, so that no two different numbers look equal.
    private static func text(_ duration: Duration) -> String { "\((duration.nanoseconds + 999) / 1_000) us" }
}
