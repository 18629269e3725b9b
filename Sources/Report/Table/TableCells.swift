import Measurement
import ResultFiles

/// The result table of one condition as cells, for text, Markdown and HTML.
struct TableCells: Equatable {
    struct Column: Equatable {
        /// Two short lines for the terminal.
        let heading: (upper: String, lower: String)
        /// The full title for Markdown and HTML.
        let title: String
        /// The lowest is left out first; that of the transport is the highest.
        let weight: Int

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

    /// - Parameters:
    ///   - condition: The cases to show.
    ///   - histograms: Merged delays of all repeats of a case, by `case_id`; may lack cases.
    ///   - topics: Those of the question, whose columns are the last to be left out of a narrow terminal.
    init(
        _ condition: Condition, histograms: [String: LatencyHistogram] = [:],
        topics: QuestionTopics = QuestionTopics(nil)
    ) {
        title = condition.heading
        let shown = TableColumn.all.filter { column in
            column.isShown(condition.cases) && (topics.contains(column.topic) || !column.needsQuestion(condition.cases))
        }
        let terms = condition.terms
        let hasServers = condition.cases.contains { !$0.server.isEmpty }
        let name =
            hasServers
            ? Column(heading: ("server and", "transport"), title: "server and transport", weight: .max)
            : Column(heading: ("", "transport"), title: "transport", weight: .max)
        columns =
            [name]
            + shown.map { column in
                let weight = column.weight + (topics.contains(column.topic) ? 20 : 0)
                return Column(heading: column.heading(terms), title: column.title(terms), weight: weight)
            }
        rows = condition.cases.map { result in
            // The histogram includes the invalid repeats too, so it is used only if all repeats are valid.
            let merged = result.rows.allSatisfy(\.hasValidTimes) ? histograms[result.caseID] : nil
            return Row(
                mark: Self.mark(result), cells: [result.label] + shown.map { $0.cell(result, merged) },
                remarks: Self.remarks(result))
        }
        notes = Self.notes(condition, histograms)
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

    /// Says what the columns of items would say, if they say nothing else.
    private static func completeness(_ condition: Condition) -> [String] {
        guard condition.cases.allSatisfy({ $0.isComplete && $0.isInOrder }) else { return [] }
        let counts = condition.cases.compactMap { $0.bytes.sum(\.unique) }
        guard let low = counts.min(), let high = counts.max() else { return [] }
        let number = low == high ? Figure.count(low) : "\(Figure.count(low)) to \(Figure.count(high))"
        let noun = condition.terms.noun
        return [
            "every client received every \(noun) once and in order "
                + "(\(number) deliver\(high == 1 ? "y" : "ies") per case)"
        ]
    }

    private static func notes(_ condition: Condition, _ histograms: [String: LatencyHistogram]) -> [String] {
        var notes = completeness(condition)
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
