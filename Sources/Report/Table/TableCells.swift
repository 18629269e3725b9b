import Measurement
import ResultFiles

/// The result table of one condition as cells, for text, Markdown and HTML.
struct TableCells: Equatable {
    struct Column: Equatable {
        /// Two short lines for the terminal.
        let heading: (upper: String, lower: String)
        /// The full title for Markdown and HTML.
        let title: String

        static func == (left: Self, right: Self) -> Bool { left.title == right.title }
    }

    struct Row: Equatable {
        let mark: String
        /// One cell per column; the transport first.
        let cells: [String]
        /// Lines below the row: the range of the repeats, why it is invalid.
        let remarks: [String]
    }

    let title: String
    let columns: [Column]
    let rows: [Row]
    /// Notes below the table.
    let notes: [String]

    private static func columns(_ terms: WorkloadTerms) -> [Column] {
        let delay = { (figure: String) in
            Column(heading: (terms.upperHeading, terms.lowerHeading + figure), title: "\(terms.time) \(figure)")
        }
        return [
            Column(heading: ("", "transport"), title: "transport"),
            Column(heading: ("unique/", "expected"), title: "unique / expected items"),
            Column(heading: ("miss/dup/", "reorder"), title: "missed / duplicate / reordered"),
            delay("p50"), delay("p99"), delay("max"),
            Column(heading: ("overhead", "B/item"), title: "overhead, B per item"),
            Column(heading: ("requests", "/item"), title: "requests per item"),
            Column(heading: ("srv CPU", "µs/item"), title: "server CPU, µs per item"),
        ]
    }

    /// - Parameters:
    ///   - condition: The cases to show.
    ///   - histograms: Merged delays of all repeats of a case, by `case_id`; may lack cases.
    init(_ condition: Condition, histograms: [String: LatencyHistogram] = [:]) {
        title = condition.title
        columns = Self.columns(condition.terms)
        rows = condition.cases.map { Self.row($0, merged: histograms[$0.caseID]) }
        notes = Self.notes(condition, histograms)
    }

    private static func row(_ result: CaseResult, merged: LatencyHistogram?) -> Row {
        // The histogram includes the invalid repeats too, so it is used only if all repeats are valid.
        let merged = result.rows.allSatisfy(\.hasValidTimes) ? merged : nil
        let (bytes, times) = (result.bytes, result.times)
        let disorder = [bytes.sum(\.missed), bytes.sum(\.duplicate), bytes.sum(\.reordered)]
        let cells = [
            result.label,
            result.isSilent ? "silent" : "\(Figure.count(bytes.sum(\.unique)))/\(Figure.count(bytes.sum(\.expected)))",
            disorder.map(Figure.count).joined(separator: "/"),
            Figure.delay(microseconds: merged?.median ?? times.median(\.latencyP50Microseconds)),
            Figure.delay(microseconds: merged?.p99 ?? times.median(\.latencyP99Microseconds)),
            Figure.delay(microseconds: merged?.max.map(Double.init) ?? times.latencyMax),
            Figure.mean(bytes.median(\.overheadBytesPerItem)),
            Figure.mean(bytes.median(\.requestsPerItem)),
            Figure.mean(times.median(\.serverCPUMicrosecondsPerItem)),
        ]
        return Row(mark: mark(result), cells: cells, remarks: remarks(result))
    }

    private static func mark(_ result: CaseResult) -> String {
        if result.invalidRows.isEmpty { return "✓" }
        return result.isUsable ? "~" : "✗"
    }

    private static func remarks(_ result: CaseResult) -> [String] {
        let silence = result.isSilent ? ["cost of silence per client and hour: \(Silence.cost(result))"] : []
        return used(result) + result.invalidReasons.map { "invalid: \($0)" } + silence + compression(result)
            + ranges(result)
    }

    /// Which repeats the numbers come from, if some are invalid.
    private static func used(_ result: CaseResult) -> [String] {
        guard result.isUsable, !result.invalidRows.isEmpty else { return [] }
        let (bytes, times) = (result.bytes.rows.count, result.times.rows.count)
        let repeats = Figure.counted(result.rows.count, "repeat")
        if bytes == times { return ["valid: \(bytes) of \(repeats)"] }
        if result.rows.count == 1 {
            return [
                bytes == 1 ? "items and bytes are valid, times are not" : "times are valid, items and bytes are not"
            ]
        }
        return ["valid: items and bytes in \(bytes), times in \(times) of \(repeats)"]
    }

    /// Item sizes before and after compression, and the negotiated compression.
    private static func compression(_ result: CaseResult) -> [String] {
        guard let negotiated = result.bytes.rows.compactMap(\.compression).first,
            let inflated = result.bytes.sum(\.inflatedBytesTotal),
            let compressed = result.bytes.sum(\.payloadBytesTotal), let items = result.bytes.sum(\.received),
            items > 0, inflated > 0
        else { return [] }
        let ratio = Figure.significant(Double(compressed) / Double(inflated))
        let (before, after) = (Double(inflated) / Double(items), Double(compressed) / Double(items))
        let sizes = "\(Figure.significant(before)) B to \(Figure.significant(after)) B per item"
        return ["compressed from \(sizes), compressed / uncompressed \(ratio) (\(negotiated))"]
    }

    private static func ranges(_ result: CaseResult) -> [String] {
        let repeats = max(result.bytes.rows.count, result.times.rows.count)
        guard repeats > 1 else { return [] }
        let delay: (Double) -> String = { Figure.delay(microseconds: $0) }
        let parts = [
            range("p50", result.times.spread(\.latencyP50Microseconds), delay),
            range("p99", result.times.spread(\.latencyP99Microseconds), delay),
            range("overhead", result.bytes.spread(\.overheadBytesPerItem)) { Figure.significant($0) + " B" },
            range("CPU", result.times.spread(\.serverCPUMicrosecondsPerItem)) { Figure.significant($0) + " µs" },
        ]
        let hasInterval = repeats >= Spread.minimumRepeats
        let kind = hasInterval ? "median (95 % confidence interval)" : "median (min to max)"
        return ["\(repeats) repeats, \(kind): " + parts.compactMap { $0 }.joined(separator: ", ")]
    }

    private static func range(_ name: String, _ spread: Spread?, _ text: (Double) -> String) -> String? {
        guard let spread else { return nil }
        let (low, high) = (text(spread.interval?.low ?? spread.low), text(spread.interval?.high ?? spread.high))
        return low == high ? "\(name) \(low)" : "\(name) \(text(spread.median)) (\(low) to \(high))"
    }

    private static func notes(_ condition: Condition, _ histograms: [String: LatencyHistogram]) -> [String] {
        var notes: [String] = []
        if condition.repeats > 1 {
            let cases = condition.cases.filter { $0.times.rows.count > 1 }
            let isMerged = { (result: CaseResult) in
                histograms[result.caseID] != nil && result.rows.allSatisfy(\.hasValidTimes)
            }
            notes.append(
                "items are the sum of the repeats; bytes, requests and CPU are the median of the repeats")
            if cases.allSatisfy(isMerged) {
                notes.append("p50, p99 and max cover the delays of all repeats (merged histograms)")
            } else {
                let few = condition.cases.map(\.times.rows.count)
                let count = Set(few).count == 1 ? "\(few[0])" : "\(few.min() ?? 0) to \(few.max() ?? 0)"
                let merged = "; cases with only valid repeats: all delays (merged histograms)"
                let rest = cases.contains(where: isMerged) ? merged : ""
                notes.append("p50 and p99 are the median of \(count) repeats, max is the largest value\(rest)")
            }
        }
        if condition.cases.contains(where: { !$0.invalidRows.isEmpty }) {
            notes.append("✗ invalid: do not use; ~ partly valid: invalid values are left out")
        }
        return notes
    }
}

extension LatencyHistogram {
    fileprivate var median: Double? { percentile(50).map(Double.init) }
    fileprivate var p99: Double? { percentile(99).map(Double.init) }
}
