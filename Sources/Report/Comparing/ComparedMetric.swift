import ResultFiles

/// A metric that `compare` tests. Lower is better for every metric.
struct ComparedMetric: Sendable {
    let name: String
    /// Whether the metric counts bytes, which may be valid in rows without valid times.
    var isOfBytes = false
    let value: @Sendable (SummaryRow) -> Double?
    let text: @Sendable (Double) -> String

    static let all = [
        delay("latency_p50_us") { $0.latencyP50Microseconds },
        delay("latency_p99_us") { $0.latencyP99Microseconds },
        delay("latency_mean_us") { $0.latencyMeanMicroseconds },
        ComparedMetric(
            name: "overhead_bytes_per_item", isOfBytes: true, value: { $0.overheadBytesPerItem },
            text: { "\(Figure.significant($0)) B" }),
        ComparedMetric(
            name: "server_cpu_us_per_item", value: { $0.serverCPUMicrosecondsPerItem },
            text: { "\(Figure.significant($0)) µs" }),
    ]

    private static func delay(
        _ name: String, _ value: @escaping @Sendable (SummaryRow) -> Double?
    ) -> ComparedMetric {
        ComparedMetric(name: name, value: value) { Figure.delay(microseconds: $0) }
    }
}
