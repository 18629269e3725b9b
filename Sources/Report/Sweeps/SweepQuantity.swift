import Measurement
import ResultFiles

/// A number of a case that plots show along an axis.
struct SweepQuantity: Sendable {
    /// The column of `summary.csv`, or a name in its spirit.
    let column: String
    /// `median delay`.
    let name: String
    /// For gnuplot and tables.
    let unit: String
    let isOfTimes: Bool
    let value: @Sendable (SummaryRow) -> Double?
    let text: @Sendable (Double) -> String

    func spread(_ result: CaseResult) -> Spread? {
        guard isOfTimes ? result.hasValidTimes : result.hasValidBytes else { return nil }
        return (isOfTimes ? result.times : result.bytes).spread(value)
    }

    /// Whether one case is above another by more than noise: paired by repeat, since both have the same items there.
    ///
    /// From 6 pairs on, the interval of the median difference decides. Below that every pair must agree, and with fewer
    /// than 3 pairs, times must differ by a quarter: bytes repeat, times do not.
    func isClearlyAbove(_ one: CaseResult, _ other: CaseResult) -> Bool {
        let pick = { (result: CaseResult) in (isOfTimes ? result.times : result.bytes).rows }
        let others = Dictionary(pick(other).map { ($0.repetition, $0) }) { first, _ in first }
        let pairs = pick(one).compactMap { row -> (own: Double, its: Double)? in
            guard let own = value(row), let its = others[row.repetition].flatMap(value) else { return nil }
            return (own, its)
        }
        if let interval = Quantile.medianInterval(of: pairs.map { $0.own - $0.its }) { return interval.low > 0 }
        let factor = isOfTimes && pairs.count < 3 ? 1.25 : 1
        return !pairs.isEmpty && pairs.allSatisfy { $0.own > $0.its * factor }
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

    static let mean = delay("latency_mean_us", "mean delay") { $0.latencyMeanMicroseconds }
    /// What formulas predict and sentences compare.
    static let predicted = [mean, median, overhead, traffic]

    static let all = [median, mean, tail, overhead, wire, traffic, processor, coherence]

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
            return !values.isEmpty && (quantity.column != coherence.column || values.contains { $0 != 1 })
        }
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
    /// All bytes of both directions, TCP/IP headers included, of one client over the whole run.
    var wireBytesPerClient: Double? {
        guard let wireBytesEstimated, clients > 0 else { return nil }
        return Double(wireBytesEstimated) / Double(clients)
    }

    private func perItem(_ bytes: Int?) -> Double? {
        guard let bytes, let received, received > 0 else { return nil }
        return Double(bytes) / Double(received)
    }
}
