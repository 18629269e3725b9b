import ResultFiles
import Transports

/// The results in words: overhead and delay of each transport, one paragraph per condition.
///
/// Bytes are from rows with valid bytes, delays from rows with valid times. Cases that are left out are listed with the
/// reason. With several repeats the numbers are medians of the repeats.
package enum AnswerSentence {
    /// One paragraph per condition.
    package static func all(_ folder: ReportFolder) -> [String] {
        folder.conditions.map(answer)
    }

    static func answer(_ condition: Condition) -> String {
        let quoted = condition.cases.compactMap(QuotedCase.init).sorted(by: QuotedCase.isInOrder)
        let silent = condition.cases.filter(\.isSilent)
        let omitted = condition.cases.filter { result in
            !result.isSilent && !quoted.contains { $0.result == result }
        }
        let answer = quoted.isEmpty && !silent.isEmpty ? [] : [comparison(condition, quoted)]
        let network = NetworkCost.sentences(condition)
        return
            (answer + Silence.sentences(silent, in: condition) + BreakEven.sentences(quoted) + network
            + omissions(omitted)).joined(separator: " ")
    }

    private static func comparison(_ condition: Condition, _ quoted: [QuotedCase]) -> String {
        guard let first = quoted.first else {
            return "For \(condition.phrase) there is no answer: no row is valid."
        }
        let terms = condition.terms
        let noTime = "no valid \(terms.time)"
        let time = first.delayText.map { "a median \(terms.time) of \($0)" } ?? noTime
        let start =
            "For \(condition.phrase)\(repeats(quoted)), \(first.name) \(terms.action) with \(first.overheadText) bytes "
            + "of overhead per \(terms.noun) and \(time)"
        let others = selected(quoted).map {
            "\($0.name) with \($0.overheadText) bytes and \($0.delayText ?? noTime)"
        }
        let rest = quoted.count - 1 - others.count
        let omission = rest == 0 ? "" : " The other \(rest) are in the table."
        return ([start] + others).joined(separator: "; ") + "." + omission
    }

    /// The largest number of cases in one sentence.
    private static let mostQuoted = 10

    // All cases except the fastest. If there are many: those with the least and the most overhead, and the slowest.
    private static func selected(_ quoted: [QuotedCase]) -> [QuotedCase] {
        if quoted.count <= mostQuoted { return Array(quoted.dropFirst()) }
        let chosen = [
            quoted.min { $0.overhead < $1.overhead }, quoted.max { $0.overhead < $1.overhead }, quoted.last,
        ].compactMap { $0?.result }
        return quoted.dropFirst().filter { chosen.contains($0.result) }
    }

    private static func repeats(_ quoted: [QuotedCase]) -> String {
        let counts = quoted.map(\.result.bytes.rows.count)
        guard let low = counts.min(), let high = counts.max(), high > 1 else { return "" }
        return low == high ? " (medians of \(high) repeats)" : " (medians of \(low) to \(high) repeats)"
    }

    private static func omissions(_ results: [CaseResult]) -> [String] {
        guard !results.isEmpty else { return [] }
        let reasons = results.map { "\(QuotedCase.name(of: $0)) (\(reason(toOmit: $0)))" }
        return ["Left out: " + reasons.joined(separator: ", ") + "."]
    }

    private static func reason(toOmit result: CaseResult) -> String {
        if !result.invalidRows.isEmpty { return result.invalidReasons.joined(separator: "; ") }
        let hasOverhead = result.bytes.median(\.overheadBytesPerItem) != nil
        return hasOverhead ? "no delays were measured" : "no items were delivered or counted"
    }
}

/// A case with the numbers that the sentence needs.
struct QuotedCase {
    let result: CaseResult
    let overhead: Double
    /// In µs; `nil` if no row has valid times. The bytes are still quoted.
    let delay: Double?

    /// - Returns: `nil` if no row has valid bytes or an overhead, or if valid times have no median.
    init?(_ result: CaseResult) {
        guard result.hasValidBytes, let overhead = result.bytes.median(\.overheadBytesPerItem) else { return nil }
        let delay = result.hasValidTimes ? result.times.median(\.latencyP50Microseconds) : nil
        // Valid times without a median: no item arrived after the warm-up.
        if delay == nil, result.hasValidTimes { return nil }
        (self.result, self.overhead, self.delay) = (result, overhead, delay)
    }

    var name: String { Self.name(of: result) }
    var overheadText: String { Figure.significant(overhead) }
    var delayText: String? { delay.map { Figure.delay(microseconds: $0) } }

    /// `short polling every 1 s`, `WebSocket (deflate)`.
    static func name(of result: CaseResult) -> String {
        let pace = result.pollIntervalMilliseconds.map { milliseconds in
            milliseconds < 1_000
                ? "\(Figure.plain(milliseconds)) ms" : "\(Figure.plain(milliseconds / 1_000)) s"
        }
        let every = pace.map { " every \($0)" } ?? ""
        // Without a label, the variant lists the options. An interval alone is not repeated.
        let isInterval = result.variant == ShortPolling.interval.option.name + "-" + (pace ?? "").filter { $0 != " " }
        return result.style.name + every + (result.variant.isEmpty || isInterval ? "" : " (\(result.variant))")
    }

    /// The fastest first.
    static func isInOrder(_ left: QuotedCase, _ right: QuotedCase) -> Bool {
        (left.delay ?? .infinity, left.overhead, left.result.caseID)
            < (right.delay ?? .infinity, right.overhead, right.result.caseID)
    }
}
