import ResultFiles

/// What it costs to wait for news that do not come, by client and hour.
enum Silence {
    /// One sentence; none where something was delivered everywhere.
    static func sentences(_ silent: [CaseResult], in condition: Condition) -> [String] {
        let costs = silent.map { "\(Told.name(of: $0)) \(cost($0))" }
        if costs.isEmpty { return [] }
        return [
            "Nothing was published for \(condition.phrase) with \(Figure.list(silent.map(Told.name))). "
                + "Per client and hour that silence cost: \(costs.joined(separator: "; "))."
        ]
    }

    /// `36,000 bytes, 144 requests and 5.21 ms of server CPU`; what was not measured is left out.
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
