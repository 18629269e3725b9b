import ResultFiles
import Transports

/// The answer in words: what an item cost with each transport, one paragraph a condition.
///
/// Bytes are of rows with valid bytes, delays of rows with valid times; what is left out, and why, is said. With
/// several repeats the figures are medians of the repeats.
package enum AnswerSentence {
    /// The answers, by condition.
    package static func all(_ folder: ReportFolder) -> [String] {
        folder.conditions.map(answer)
    }

    static func answer(_ condition: Condition) -> String {
        let told = condition.cases.compactMap(Told.init).sorted(by: Told.isInOrder)
        let silent = condition.cases.filter(\.isSilent)
        let untold = condition.cases.filter { result in
            !result.isSilent && !told.contains { $0.result == result }
        }
        let answer = told.isEmpty && !silent.isEmpty ? [] : [comparison(condition, told)]
        return (answer + Silence.sentences(silent, in: condition) + Payback.sentences(told) + omissions(untold))
            .joined(separator: " ")
    }

    private static func comparison(_ condition: Condition, _ told: [Told]) -> String {
        guard let first = told.first else {
            return "For \(condition.phrase) there is no answer: no row is valid."
        }
        let start =
            "For \(condition.phrase)\(repeats(told)), \(first.name) \(condition.words.carried) with "
            + "\(first.overheadText) bytes of overhead and \(first.timeText) \(condition.words.timed)"
        let others = remarkable(told).map {
            let time = $0.delay == nil ? "\($0.timeText) \(condition.words.timed)" : $0.timeText
            return "\($0.name) with \($0.overheadText) bytes and \(time)"
        }
        let rest = told.count - 1 - others.count
        let omission = rest == 0 ? "" : " The other \(rest) are in the table."
        return ([start] + others).joined(separator: "; ") + "." + omission
    }

    /// More cases than this are too many for a sentence.
    private static let mostTold = 10

    // Those beside the quickest: all, or of many the cheapest, the dearest and the slowest.
    private static func remarkable(_ told: [Told]) -> [Told] {
        if told.count <= mostTold { return Array(told.dropFirst()) }
        let chosen = [
            told.min { $0.overhead < $1.overhead }, told.max { $0.overhead < $1.overhead }, told.last,
        ].compactMap { $0?.result }
        return told.dropFirst().filter { chosen.contains($0.result) }
    }

    private static func repeats(_ told: [Told]) -> String {
        let counts = told.map(\.result.bytes.rows.count)
        guard let low = counts.min(), let high = counts.max(), high > 1 else { return "" }
        return low == high ? " (medians of \(high) repeats)" : " (medians of \(low) to \(high) repeats)"
    }

    private static func omissions(_ results: [CaseResult]) -> [String] {
        guard !results.isEmpty else { return [] }
        let reasons = results.map { result in
            let why =
                result.invalidRows.isEmpty
                ? "nothing was delivered or counted" : result.complaints.joined(separator: "; ")
            return "\(Told.name(of: result)) (\(why))"
        }
        return ["Left out: " + reasons.joined(separator: ", ") + "."]
    }
}

/// A case that has what the sentence needs.
struct Told {
    let result: CaseResult
    let overhead: Double
    /// `nil` where no row's times are valid: the bytes are told all the same.
    let delay: Double?

    /// - Returns: `nil` if no row has valid bytes, or none counted any.
    init?(_ result: CaseResult) {
        guard result.hasValidBytes, let overhead = result.bytes.median(\.overheadBytesPerItem) else { return nil }
        let delay = result.hasValidTimes ? result.times.median(\.latencyP50Microseconds) : nil
        // Times that are valid and were not measured: nothing came after the warm-up.
        if delay == nil, result.hasValidTimes { return nil }
        (self.result, self.overhead, self.delay) = (result, overhead, delay)
    }

    var name: String { Self.name(of: result) }
    var overheadText: String { Figure.significant(overhead) }
    /// What stands before `median delay`.
    var timeText: String { delay.map { Figure.delay(microseconds: $0) } ?? "no valid" }

    /// `short polling every 1 s`, `WebSocket (deflate)`.
    static func name(of result: CaseResult) -> String {
        let pace = result.pollIntervalMilliseconds.map { milliseconds in
            milliseconds < 1_000
                ? "\(Figure.plain(milliseconds)) ms" : "\(Figure.plain(milliseconds / 1_000)) s"
        }
        let every = pace.map { " every \($0)" } ?? ""
        // A use that has no label is named by its options, of which the pace says the interval.
        let isSaid = result.variant == ShortPolling.interval.option.name + "-" + (pace ?? "").filter { $0 != " " }
        return result.style.name + every + (result.variant.isEmpty || isSaid ? "" : " (\(result.variant))")
    }

    /// The quickest first.
    static func isInOrder(_ left: Told, _ right: Told) -> Bool {
        (left.delay ?? .infinity, left.overhead, left.result.caseID)
            < (right.delay ?? .infinity, right.overhead, right.result.caseID)
    }
}
