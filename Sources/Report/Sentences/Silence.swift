import ResultFiles

/// What a client costs per hour while no items are published.
enum Silence {
    private static let most = 8

    /// A paragraph about the silent cases; empty without such cases.
    static func sentences(_ silent: [CaseResult], in condition: Condition) -> [String] {
        let sorted = silent.sorted {
            ($0.bytes.median(\.bytesPerClientSecond) ?? 0, $1.caseID)
                > ($1.bytes.median(\.bytesPerClientSecond) ?? 0, $0.caseID)
        }
        if sorted.isEmpty { return [] }
        // The most expensive and the cheapest.
        let isLong = sorted.count > most
        let quoted = isLong ? Array(sorted.prefix(most - 1) + sorted.suffix(1)) : sorted
        let costs = quoted.map { "\(QuotedCase.name(of: $0)) \(cost($0))" }
        let rest = isLong ? " The other \(sorted.count - most) are in the table." : ""
        return [
            "Without a published item, a client costs per hour for \(condition.phrase)\(repeats(silent)): "
                + "\(costs.joined(separator: "; ")).\(rest)"
        ]
    }

    private static func repeats(_ silent: [CaseResult]) -> String {
        let count = silent.map(\.bytes.rows.count).max() ?? 0
        return count > 1 ? " (medians of \(count) repeats)" : ""
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
