import Measurement
import ResultFiles

/// One condition's table as cells; text, Markdown and HTML print the same.
struct TableCells: Equatable {
    struct Column: Equatable {
        /// Two short lines, for the terminal.
        let head: (upper: String, lower: String)
        /// In full, for Markdown and HTML.
        let title: String

        static func == (left: Self, right: Self) -> Bool { left.title == right.title }
    }

    struct Row: Equatable {
        let mark: String
        /// As many as ``columns``; the transport first.
        let cells: [String]
        /// Lines beneath the row: the spread of repeats, why it is invalid.
        let remarks: [String]
    }

    let title: String
    let columns: [Column]
    let rows: [Row]
    /// What must be known to read the table.
    let notes: [String]

    private static func columns(_ words: WorkloadWords) -> [Column] {
        let delay = { (figure: String) in
            Column(head: (words.upperHead, words.lowerHead + figure), title: words.title + figure)
        }
        return [
            Column(head: ("", "transport"), title: "transport"),
            Column(head: ("unique/", "expected"), title: "items, unique / expected"),
            Column(head: ("miss/dup/", "reorder"), title: "missed / duplicate / reordered"),
            delay("p50"), delay("p99"), delay("max"),
            Column(head: ("overhead", "B/item"), title: "overhead, B an item"),
            Column(head: ("requests", "/item"), title: "requests an item"),
            Column(head: ("srv CPU", "µs/item"), title: "server CPU, µs an item"),
        ]
    }

    /// - Parameters:
    ///   - condition: What to show.
    ///   - histograms: Latencies of all repeats of a case, merged, by `case_id`; may lack cases.
    init(_ condition: Condition, histograms: [String: LatencyHistogram] = [:]) {
        title = condition.title
        columns = Self.columns(condition.words)
        rows = condition.cases.map { Self.row($0, merged: histograms[$0.caseID]) }
        notes = Self.notes(condition, histograms)
    }

    private static func row(_ result: CaseResult, merged: LatencyHistogram?) -> Row {
        // The rows that are left out may be in the histogram, so then it says something else than the rows.
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
        let silence = result.isSilent ? ["silence costs, per client and hour: \(Silence.cost(result))"] : []
        return used(result) + result.complaints.map { "invalid: \($0)" } + silence + compression(result)
            + ranges(result)
    }

    /// Which figures are shown, where not all may be used.
    private static func used(_ result: CaseResult) -> [String] {
        guard result.isUsable, !result.invalidRows.isEmpty else { return [] }
        let (bytes, times) = (result.bytes.rows.count, result.times.rows.count)
        let repeats = Figure.counted(result.rows.count, "repeat")
        if bytes == times { return ["figures from \(bytes) valid of \(repeats)"] }
        if result.rows.count == 1 {
            return [
                bytes == 1 ? "items and bytes are valid, times are not" : "times are valid, items and bytes are not"
            ]
        }
        return ["items and bytes from \(bytes), times from \(times) valid of \(repeats)"]
    }

    /// What compression made of an item, and what was agreed on.
    private static func compression(_ result: CaseResult) -> [String] {
        guard let agreed = result.bytes.rows.compactMap(\.compression).first,
            let inflated = result.bytes.sum(\.inflatedBytesTotal),
            let compressed = result.bytes.sum(\.payloadBytesTotal), let items = result.bytes.sum(\.received),
            items > 0, inflated > 0
        else { return [] }
        let ratio = Figure.significant(Double(compressed) / Double(inflated))
        let (before, after) = (Double(inflated) / Double(items), Double(compressed) / Double(items))
        let sizes = "\(Figure.significant(before)) B an item to \(Figure.significant(after)) B"
        return ["compressed \(sizes), compressed / inflated \(ratio) (\(agreed))"]
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
        let isTold = repeats >= Spread.leastRepeats
        let kind = isTold ? "medians with 95 % intervals" : "medians with the smallest and the largest"
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
                "items are summed over the repeats; bytes, requests and CPU are medians of the repeats' values")
            if cases.allSatisfy(isMerged) {
                notes.append("p50, p99 and max are of all repeats' delays together (merged histograms)")
            } else {
                let few = condition.cases.map(\.times.rows.count)
                let count = Set(few).count == 1 ? "\(few[0])" : "\(few.min() ?? 0) to \(few.max() ?? 0)"
                let rest = cases.contains(where: isMerged) ? ", but where all repeats are valid, of all delays" : ""
                notes.append("p50 and p99 are each the median of \(count) repeats, max the largest\(rest)")
            }
        }
        if condition.cases.contains(where: { !$0.invalidRows.isEmpty }) {
            notes.append("✗ invalid, do not use; ~ some figures invalid and left out")
        }
        return notes
    }
}

extension LatencyHistogram {
    fileprivate var median: Double? { percentile(50).map(Double.init) }
    fileprivate var p99: Double? { percentile(99).map(Double.init) }
}
