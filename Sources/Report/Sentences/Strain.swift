import ResultFiles

/// What restarts, leaving clients and slow clients cost.
enum Strain {
    static func sentences(_ results: [CaseResult]) -> [String] { recovery(results) + slowClients(results) }

    /// The largest number of cases in one sentence.
    private static let mostCases = 4

    private struct Recovery {
        let name: String
        let median: Double
        /// Of any client.
        let longest: Double?

        var text: String {
            let end = longest.map { " (longest \(Figure.delay(microseconds: $0)))" } ?? ""
            return "\(Figure.delay(microseconds: median)) with \(name)\(end)"
        }
    }

    /// All cases if there are few, fastest first; otherwise the fastest, the slowest, and the longest time of a client.
    /// Nothing if no client had to recover.
    ///
    /// - Parameters:
    ///   - results: The cases.
    ///   - name: What a case is called.
    /// - Returns: One sentence, or none.
    static func recovery(_ results: [CaseResult], name: (CaseResult) -> String = QuotedCase.name) -> [String] {
        let times = results.filter(\.hasValidTimes).compactMap { result -> Recovery? in
            guard let median = result.times.median(\.recoveryP50Microseconds) else { return nil }
            return Recovery(
                name: name(result), median: median, longest: result.times.median(\.recoveryMaxMicroseconds))
        }.sorted { ($0.median, $0.name) < ($1.median, $1.name) }
        guard let first = times.first, let last = times.last else { return [] }
        let start = "Median time until a client has the feed again: "
        if times.count <= mostCases { return [start + "\(Figure.list(times.map(\.text)))."] }
        let longest = times.filter { $0.longest != nil }.max { ($0.longest ?? 0) < ($1.longest ?? 0) }
        let end = longest.map {
            "; the longest of all took \(Figure.delay(microseconds: $0.longest)) with \($0.name)"
        }
        return [
            start + "from \(Figure.delay(microseconds: first.median)) with \(first.name) to "
                + "\(Figure.delay(microseconds: last.median)) with \(last.name), over \(times.count) cases"
                + "\(end ?? "")."
        ]
    }

    /// The same over all conditions of a run; empty for one condition, which has its own sentence.
    static func recovery(of folder: ReportFolder) -> [String] {
        let conditions = folder.conditions
        return conditions.count < 2 ? [] : recovery(conditions.flatMap(\.cases), name: names(conditions))
    }

    /// Likewise.
    static func slowClients(of folder: ReportFolder) -> [String] {
        let conditions = folder.conditions
        return conditions.count < 2 ? [] : slowClients(conditions.flatMap(\.cases), name: names(conditions))
    }

    /// Names of cases with their conditions.
    private static func names(_ conditions: [Condition]) -> (CaseResult) -> String {
        let phrases = Dictionary(
            conditions.flatMap { one in one.cases.map { ($0.caseID, one.phrase) } },
            uniquingKeysWith: { first, _ in first })
        return { "\(QuotedCase.name(of: $0)) for \(phrases[$0.caseID] ?? "")" }
    }

    /// What the server did for slow clients, where it cost the most memory first; a number that is unknown is left out.
    static func slowClients(
        _ all: [CaseResult], name: (CaseResult) -> String = QuotedCase.name
    ) -> [String] {
        let results = all.sorted { (rise($0) ?? -1, $1.caseID) > (rise($1) ?? -1, $0.caseID) }
        let costs = results.filter(\.hasValidBytes).compactMap { result -> String? in
            guard result.bytes.rows.contains(where: { ($0.slowClients ?? 0) > 0 }) else { return nil }
            let parts = [
                result.bytes.sum(\.slowItemsSkipped).map { "skipped \(Figure.counted($0, "item")) for them" },
                result.bytes.sum(\.slowDisconnects).map { "ended \(Figure.counted($0, "connection")) of them" },
            ].compactMap { $0 }
            let rise = rise(result).map { "needed \(Figure.significant($0 / 1_000_000)) MB more memory at its peak" }
            let all = parts + [rise].compactMap { $0 }
            return all.isEmpty ? nil : "with \(name(result)) it \(Figure.list(all))"
        }
        if costs.isEmpty { return [] }
        let rest = costs.count > mostCases ? "; the other \(costs.count - mostCases) cases are in summary.csv" : ""
        return ["What slow clients cost the server: \(costs.prefix(mostCases).joined(separator: "; "))\(rest)."]
    }

    private static func rise(_ result: CaseResult) -> Double? {
        result.bytes.median { $0.serverRSSRiseBytes.map(Double.init) }
    }
}
