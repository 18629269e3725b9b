import ResultFiles

/// What was measured of a server that reports nothing itself, and what cannot be known of it.
enum UnknownFigures {
    /// Sentences about the cases without sequences or due times; empty if there is no such case.
    static func sentences(_ cases: [CaseResult]) -> [String] {
        let measured = cases.filter { $0.hasValidBytes && ($0.bytes.sum(\.delivered) ?? 0) > 0 }
        let unnumbered = measured.filter(\.lacksSequences)
        let untimed = measured.filter(\.lacksDelays)
        let unreported = measured.filter { ($0.lacksSequences || $0.lacksDelays) && !$0.hasServerReport }
        let place = { (few: [CaseResult]) -> String in
            few.count == cases.count ? "" : " with \(Figure.list(few.map(QuotedCase.name), most: 4))"
        }
        let parts: [(cases: [CaseResult], what: String, reason: String)] = [
            (unnumbered, "whether items were lost, repeated or out of order", "items have no sequence"),
            (untimed, "delays", "neither items nor server say when an item was due"),
            (unreported, "CPU time and memory of the server", "it does not report them"),
        ]
        let unknown = parts.filter { !$0.cases.isEmpty }.map { "\($0.what)\(place($0.cases)), because \($0.reason)" }
        return untimed.compactMap(arrivals) + (unknown.isEmpty ? [] : ["Unknown: \(unknown.joined(separator: "; "))."])
    }

    /// `With WebSocket, 100 clients received 12,000 items; …`.
    private static func arrivals(_ result: CaseResult) -> String? {
        guard let items = result.bytes.sum(\.delivered),
            let median = result.times.median(\.itemGapP50Microseconds),
            let tail = result.times.median(\.itemGapP99Microseconds)
        else { return nil }
        let first = result.times.median(\.firstItemP50Microseconds).map {
            ", and the first item came \(Figure.delay(microseconds: $0)) after the connect"
        }
        return "With \(QuotedCase.name(of: result)), \(Figure.counted(result.clients, "client")) received "
            + "\(Figure.counted(items, "item")); the median gap between two items of a client was "
            + "\(Figure.delay(microseconds: median)), the 99th percentile \(Figure.delay(microseconds: tail))"
            + "\(first ?? "")."
    }
}

extension CaseResult {
    /// Whether items were counted, but it is not known which were missing.
    var lacksSequences: Bool { bytes.sum(\.delivered) != nil && bytes.sum(\.unique) == nil }

    /// Whether items arrived within the window, but it is not known when they were due.
    var lacksDelays: Bool {
        times.median(\.itemGapP50Microseconds) != nil && times.median(\.latencyP50Microseconds) == nil
    }

    fileprivate var hasServerReport: Bool {
        times.median(\.serverCPUMicrosecondsPerClientHour) != nil
            || bytes.median { $0.serverRSSPeakBytes.map(Double.init) } != nil
    }
}
