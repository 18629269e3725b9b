import ResultFiles

/// What restarts, leaving clients and slow clients cost.
enum Strain {
    static func sentences(_ results: [CaseResult]) -> [String] { recovery(results) + slowClients(results) }

    /// Fastest first; nothing if no client had to recover.
    static func recovery(_ results: [CaseResult]) -> [String] {
        let times = results.filter(\.hasValidTimes).compactMap {
            result -> (name: String, median: Double, text: String)? in
            guard let median = result.times.median(\.recoveryP50Microseconds) else { return nil }
            let name = QuotedCase.name(of: result)
            let longest = result.times.median(\.recoveryMaxMicroseconds).map {
                " (longest \(Figure.delay(microseconds: $0)))"
            }
            return (name, median, "\(Figure.delay(microseconds: median)) with \(name)\(longest ?? "")")
        }.sorted { ($0.median, $0.name) < ($1.median, $1.name) }
        if times.isEmpty { return [] }
        return ["Median time until a client has the feed again: \(Figure.list(times.map(\.text)))."]
    }

    /// What the server did for slow clients; a number that is unknown is left out.
    static func slowClients(_ results: [CaseResult]) -> [String] {
        let costs = results.filter(\.hasValidBytes).compactMap { result -> String? in
            guard result.bytes.rows.contains(where: { ($0.slowClients ?? 0) > 0 }) else { return nil }
            let parts = [
                result.bytes.sum(\.slowItemsSkipped).map { "skipped \(Figure.counted($0, "item")) for them" },
                result.bytes.sum(\.slowDisconnects).map { "ended \(Figure.counted($0, "connection")) of them" },
            ].compactMap { $0 }
            let rise = result.bytes.median { $0.serverRSSRiseBytes.map(Double.init) }
                .map { "needed \(Figure.significant($0 / 1_000_000)) MB more memory at its peak" }
            let all = parts + [rise].compactMap { $0 }
            return all.isEmpty ? nil : "with \(QuotedCase.name(of: result)) it \(Figure.list(all))"
        }
        if costs.isEmpty { return [] }
        return ["What slow clients cost the server: \(costs.joined(separator: "; "))."]
    }
}
