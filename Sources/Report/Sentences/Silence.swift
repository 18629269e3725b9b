import ResultFiles

/// What a client costs per hour while no items are published.
enum Silence {
    /// A paragraph about the silent cases; empty without such cases.
    static func sentences(_ silent: [CaseResult], in condition: Condition) -> [String] {
        let costs = silent.map { "\(QuotedCase.name(of: $0)) \(cost($0))" }
        if costs.isEmpty { return [] }
        return [
            "No items were published for \(condition.phrase) with \(Figure.list(silent.map(QuotedCase.name))). "
                + "Cost of this silence per client and hour: \(costs.joined(separator: "; "))."
        ]
    }

    /// `36,000 bytes, 144 requests and 5.21 ms of server CPU`, without what was not measured.
    static func cost(_ result: CaseResult) -> String {
        let perHour = { (value: Double?) in value.map { Figure.significant($0 * 3_600) } }
        let parts = [
            perHour(result.bytes.median(\.bytesPerClientSecond)).map { "\($0) bytes" },
            perHour(result.bytes.median(\.requestsPerClientSecond)).map { "\($0) requests" },
            result.times.median(\.serverCPUMicrosecondsPerClientHour)
                .map { "\(Figure.delay(microseconds: $0)) of server CPU" },
        ]
        let known = parts.compactMap { $0 }
        return known.isEmpty ? "an unknown number of bytes" : Figure.list(known)
    }
}
