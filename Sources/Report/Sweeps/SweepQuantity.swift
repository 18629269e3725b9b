import Measurement
import ResultFiles

/// A number of a case that plots show along an axis.
struct SweepQuantity: Sendable {
    /// The column of `summary.csv`, or a name in its spirit.
    let column: String
    /// `median delay`.
    private(set) var name: String
    /// For gnuplot and tables.
    let unit: String
    let isOfTimes: Bool
    let value: @Sendable (SummaryRow) -> Double?
    let text: @Sendable (Double) -> String
    /// Number of comparisons that are judged together.
    private(set) var tests = 1

    /// Medians must differ by more than this factor.
    static let leastRatio = 1.01

    /// Short, for axes.
    func axisText(_ value: Double) -> String {
        switch unit {
        case "us": Axis.delayLabel(microseconds: value)
        case "bytes": Self.bytes(value)
        case "bytes/s": Self.bytes(value) + "/s"
        default: text(value)
        }
    }

    private static func bytes(_ value: Double) -> String {
        let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        guard let (size, unit) = units.first(where: { value >= $0.0 }) else { return "\(Figure.plain(value)) B" }
        return "\(Figure.plain(value / size)) \(unit)"
    }

    /// The same quantity for sentences with this number of comparisons of these cases: `median delay (not tested)` if
    /// the repeats of some are too few for a test of all.
    func judged(_ tests: Int, _ results: [CaseResult]) -> Self {
        var judged = self
        judged.tests = tests
        let untested = results.contains { result in
            let values = (isOfTimes ? result.times : result.bytes).rows.compactMap(value)
            return !values.isEmpty && !judged.canTest(values.count) && !isDetermined(values)
        }
        if untested { judged.name += " (not tested)" }
        return judged
    }

    func spread(_ result: CaseResult) -> Spread? {
        guard isOfTimes ? result.hasValidTimes : result.hasValidBytes else { return nil }
        return (isOfTimes ? result.times : result.bytes).spread(value)
    }

    static let median = delay("latency_p50_us", "median delay") { $0.latencyP50Microseconds }
    static let tail = delay("latency_p99_us", "99th percentile of delay") { $0.latencyP99Microseconds }
    static let overhead = SweepQuantity(
        column: "overhead_bytes_per_item", name: "overhead per item", unit: "bytes", isOfTimes: false,
        value: { $0.overheadBytesPerItem }, text: { "\(Figure.significant($0)) B" })
    static let wire = SweepQuantity(
        column: "wire_bytes_per_item", name: "bytes on the wire per item", unit: "bytes", isOfTimes: false,
        value: { $0.wireBytesPerItem }, text: { "\(Figure.significant($0)) B" })
    static let traffic = SweepQuantity(
        column: "bytes_per_client_s", name: "TCP payload per client and second", unit: "bytes/s", isOfTimes: false,
        value: { $0.bytesPerClientSecond }, text: { "\(Figure.significant($0)) B/s" })
    static let processor = SweepQuantity(
        column: "server_cpu_us_per_item", name: "server CPU per item", unit: "us", isOfTimes: true,
        value: { $0.serverCPUMicrosecondsPerItem }, text: { "\(Figure.significant($0)) µs" })
    static let coherence = SweepQuantity(
        column: "coherence_ratio", name: "received / published items", unit: "", isOfTimes: false,
        value: { $0.coherenceRatio }, text: { Figure.significant($0) })

    static let recovery = delay("recovery_p50_us", "time to recover") { $0.recoveryP50Microseconds }
    static let longestRecovery = delay("recovery_max_us", "longest time to recover") { $0.recoveryMaxMicroseconds }
    /// Says something only where the sizes of items differ.
    static let share = SweepQuantity(
        column: "overhead_ratio", name: "overhead as a share of the item", unit: "", isOfTimes: false,
        value: { row in
            guard let overhead = row.overheadBytesPerItem, let item = row.payloadBytesPerItem, item > 0 else {
                return nil
            }
            return overhead / item
        }, text: { "\(Figure.significant($0 * 100)) %" })

    static let mean = delay("latency_mean_us", "mean delay") { $0.latencyMeanMicroseconds }
    /// What formulas predict and sentences compare.
    static let predicted = [mean, median, overhead, traffic]

    static let all = [
        median, mean, tail, overhead, wire, traffic, processor, coherence, share, recovery, longestRecovery,
    ]

    private static func delay(
        _ column: String, _ name: String, _ value: @escaping @Sendable (SummaryRow) -> Double?
    ) -> SweepQuantity {
        SweepQuantity(column: column, name: name, unit: "us", isOfTimes: true, value: value) {
            Figure.delay(microseconds: $0)
        }
    }

    /// The quantities that some case has; coherence only if items were missed.
    static func shown(for results: [CaseResult]) -> [SweepQuantity] {
        all.filter { quantity in
            let values = results.compactMap { quantity.spread($0)?.median }
            if quantity.column == share.column { return !values.isEmpty && hasSeveralSizes(results) }
            return !values.isEmpty && (quantity.column != coherence.column || values.contains { $0 != 1 })
        }
    }

    /// Whether items of the cases have different sizes by the scenario.
    static func hasSeveralSizes(_ results: [CaseResult]) -> Bool {
        Set(results.compactMap { $0.rows.first?.payloadBytes }).count > 1
    }
}

extension SummaryRow {
    /// All bytes of both directions, items and TCP/IP headers included, per delivered item.
    var wireBytesPerItem: Double? { perItem(wireBytesEstimated) }
    /// The items themselves as carried: compressed where they are.
    var payloadBytesPerItem: Double? { perItem(payloadBytesTotal) }
    /// Items that each client received.
    var itemsPerClient: Double? {
        guard let received, clients > 0 else { return nil }
        return Double(received) / Double(clients)
    }

    private func perItem(_ bytes: Int?) -> Double? {
        guard let bytes, let received, received > 0 else { return nil }
        return Double(bytes) / Double(received)
    }
}
