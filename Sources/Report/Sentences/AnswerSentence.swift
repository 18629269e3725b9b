import ResultFiles
import Transports

/// The results in words: overhead and delay of each transport, one paragraph per condition.
///
/// Bytes are from rows with valid bytes, delays from rows with valid times. Cases that are left out are listed with the
/// reason. With several repeats the numbers are medians of the repeats.
package enum AnswerSentence {
    /// More conditions than this have their paragraphs below their tables.
    private static let mostConditions = 2

    /// The capacity, the verdicts of claims and conditions, then what differs along the axes of a sweep and with
    /// options, or one paragraph per condition; then how well the formulas agree.
    ///
    /// - Parameters:
    ///   - folder: The run.
    ///   - file: The file that has the tables that sentences refer to; `nil` if they are on the same page.
    /// - Returns: One paragraph each.
    package static func all(_ folder: ReportFolder, tablesIn file: String? = nil) -> [String] {
        blocks(folder, tablesIn: file).map(\.text)
    }

    /// Sentences that belong together: a page can list all but the first.
    struct Block: Equatable {
        let sentences: [String]

        var text: String { sentences.joined(separator: " ") }
    }

    /// ``all(_:)`` as blocks.
    static func blocks(_ folder: ReportFolder, tablesIn file: String? = nil) -> [Block] {
        let topics = QuestionTopics(folder.question)
        let sweeps = SweepSentences.all(folder, topics)
        let options = OptionEffect.all(folder, topics)
        let isAsked = !SweepSentences.asked(folder, folder.sweeps).isEmpty
        let tests = Self.tests(folder)
        let conditions = folder.conditions
        let inAnswer = isBelow(folder) ? [] : conditions
        let isOnly = inAnswer.count == 1
        let direct = isOnly ? inAnswer.flatMap { Self.direct($0, topics) } : []
        let paragraphs = inAnswer.map { block($0, topics, tests[$0.phrase] ?? [], isOnly: isOnly) }
        let single = { (texts: [String]) in texts.map { Block(sentences: [$0]) } }
        let recovery = Strain.recovery(of: folder)
        let first =
            direct + ServedClients.sentences(folder) + CapacitySentences.all(folder) + VerdictSentences.all(folder)
            + OverheadShare.sentences(folder)
            + (topics.contains(.recovery) ? recovery : [])
        // What the question names comes first, and options where only words change: the scenario is about them.
        let along = isAsked || conditions.count > 1 ? sweeps : []
        let changes = along + (sweeps.isEmpty || !along.isEmpty ? options : [])
        let others = along.isEmpty ? sweeps + (sweeps.isEmpty ? [] : options) : []
        let strain = (topics.contains(.recovery) ? [] : recovery) + Strain.slowClients(of: folder)
        let ground = sweeps.isEmpty && options.isEmpty ? [] : [ClearGround.sentence(conditions.flatMap(\.cases))]
        let predictions = PredictionSentences.all(folder, tablesIn: file)
        return single(first + changes) + paragraphs + single(others + strain + ground + predictions)
    }

    /// The sentences of each condition, for below its table, in the order of the conditions; `nil` where they are part
    /// of the answer.
    static func below(_ folder: ReportFolder) -> [Block?] {
        guard isBelow(folder) else { return folder.conditions.map { _ in nil } }
        let (topics, tests) = (QuestionTopics(folder.question), tests(folder))
        return folder.conditions.map { block($0, topics, tests[$0.phrase] ?? []) }
    }

    /// The comparisons, by condition.
    private static func tests(_ folder: ReportFolder) -> [String: [ComparisonRow]] {
        Dictionary(grouping: folder.comparisons, by: \.condition)
    }

    /// Whether the paragraphs of the conditions are below their tables: there are many, or an axis says more.
    static func isBelow(_ folder: ReportFolder) -> Bool {
        let conditions = folder.conditions
        if conditions.count < 2 { return false }
        let topics = QuestionTopics(folder.question)
        let hasOthers = !SweepSentences.all(folder, topics).isEmpty || !OptionEffect.all(folder, topics).isEmpty
        return hasOthers || (conditions.count > mostConditions && !CapacitySentences.all(folder).isEmpty)
    }

    static func answer(_ condition: Condition, _ topics: QuestionTopics = QuestionTopics(nil)) -> String {
        block(condition, topics, []).text
    }

    /// The paragraph of a condition; for the only one without ``direct(_:_:)``, which comes before all else.
    private static func block(
        _ condition: Condition, _ topics: QuestionTopics, _ tests: [ComparisonRow], isOnly: Bool = false
    ) -> Block {
        let quoted = condition.cases.compactMap(QuotedCase.init).sorted(by: QuotedCase.isInOrder)
        let silent = condition.cases.filter(\.isSilent)
        let known = Set(quoted.map(\.result.caseID))
        let omitted = condition.cases.filter { !$0.isSilent && !known.contains($0.caseID) }
        let answer = quoted.isEmpty && !silent.isEmpty ? [] : [comparison(condition, quoted)]
        let above = isOnly ? direct(condition, topics) : []
        let rest = parts(quoted).map(\.text).filter { !above.contains($0) }
        return Block(
            sentences: answer + rest + Silence.sentences(silent, in: condition)
                + Strain.sentences(condition.cases) + topics.sorted(details(quoted, tests))
                + NetworkCost.sentences(condition) + UnknownFigures.sentences(condition.cases) + omissions(omitted))
    }

    /// What the question asks for by name; comes before the figures of everything.
    private static func direct(_ condition: Condition, _ topics: QuestionTopics) -> [String] {
        parts(condition.cases.compactMap(QuotedCase.init)).filter { topics.contains($0.topic) }.map(\.text)
    }

    /// Which items came, and which requests were for nothing.
    private static func parts(_ quoted: [QuotedCase]) -> [(topic: QuestionTopics.Topic, text: String)] {
        let items = SkippedItems.sentences(quoted).map { (topic: QuestionTopics.Topic.items, text: $0) }
        return items + EmptyAnswers.sentences(quoted).map { (topic: .waste, text: $0) }
    }

    /// Sentences that are said only where they decide something.
    private static func details(
        _ quoted: [QuotedCase], _ tests: [ComparisonRow]
    ) -> [(topic: QuestionTopics.Topic, text: String)] {
        let all: [(QuestionTopics.Topic, [String])] = [
            (.bytes, WireRatio.sentences(quoted)),
            (.setup, BreakEven.sentences(quoted)), (.bytes, SharedHeaders.sentences(quoted)),
            (.setup, SetupShare.sentences(quoted)), (.bytes, CompressedItems.sentences(quoted)),
            (.delay, TestedOrder.sentences(quoted, tests.of(.median))),
            (.delay, TailOrder.sentences(quoted, tests.of(.tail))),
            (.processor, ProcessorCost.sentences(quoted)),
        ]
        return all.flatMap { topic, texts in texts.map { (topic: topic, text: $0) } }
    }

    private static func comparison(_ condition: Condition, _ quoted: [QuotedCase]) -> String {
        guard let first = quoted.first else {
            let isValid = condition.cases.contains(where: \.hasValidBytes)
            let reason = isValid ? "no row has items and delays" : "no row is valid"
            return "For \(condition.phrase) there is no answer: \(reason)."
        }
        let terms = condition.terms
        // A figure that one case lacks would make the lists uneven.
        let hasWire = quoted.allSatisfy { $0.wire != nil }
        let hasTraffic = quoted.allSatisfy { $0.traffic != nil }
        let figures = { (one: QuotedCase, isFirst: Bool) -> String in
            let wire = one.wire.map { "\(Figure.significant($0)) bytes\(isFirst ? " on the wire" : "")" }
            let traffic = one.traffic.map { "\(Figure.significant($0)) B/s\(isFirst ? " per client" : "")" }
            let time =
                one.delayText.map { isFirst ? "a median \(terms.time) of \($0)" : $0 }
                ?? (one.result.hasValidTimes ? "an unknown \(terms.time)" : "no valid \(terms.time)")
            return Figure.list(
                ["\(one.overheadText) bytes\(isFirst ? " of overhead per \(terms.noun)" : "")"]
                    + (hasWire ? [wire].compactMap { $0 } : []) + (hasTraffic ? [traffic].compactMap { $0 } : []) + [
                        time
                    ])
        }
        let start =
            "For \(condition.phrase)\(repeats(quoted)), \(first.name) \(terms.action) with \(figures(first, true))"
        let others = selected(quoted).map { "\($0.name) with \(figures($0, false))" }
        let rest = quoted.count - 1 - others.count
        let omission = rest == 0 ? "" : " The other \(rest) are in the table."
        return ([start] + others).joined(separator: "; ") + "." + omission
    }

    /// The largest number of cases in one sentence.
    private static let mostQuoted = 7
    private static let mostOmitted = 3

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
        let reasons = results.prefix(mostOmitted).map { "\(QuotedCase.name(of: $0)) (\(reason(toOmit: $0)))" }
        let rest = results.count > mostOmitted ? " and \(results.count - mostOmitted) more" : ""
        return ["Left out: " + reasons.joined(separator: ", ") + "\(rest)."]
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
    /// In µs; `nil` if no row has valid times, or if delays cannot be known. The bytes are still quoted.
    let delay: Double?
    /// Bytes per item with items and TCP/IP headers; `nil` if unknown.
    let wire: Double?
    /// TCP payload per client and second; `nil` in files of earlier versions.
    let traffic: Double?

    /// - Returns: `nil` if no row has valid bytes or an overhead, or if valid times have no median although items have
    ///   due times.
    init?(_ result: CaseResult) {
        guard result.hasValidBytes, let overhead = result.bytes.median(\.overheadBytesPerItem) else { return nil }
        let delay = result.hasValidTimes ? result.times.median(\.latencyP50Microseconds) : nil
        // Valid times without a median: no item arrived after the warm-up, unless it is not known when items were due.
        if delay == nil, result.hasValidTimes, !result.lacksDelays { return nil }
        (self.result, self.overhead, self.delay) = (result, overhead, delay)
        wire = result.bytes.median(\.wireBytesPerItem)
        traffic = result.bytes.median(\.bytesPerClientSecond)
    }

    var name: String { Self.name(of: result) }
    var overheadText: String { Figure.significant(overhead) }
    var delayText: String? { delay.map { Figure.delay(microseconds: $0) } }

    /// `short polling every 1 s`, `WebSocket (deflate)`, `WebSocket on nchan`.
    static func name(of result: CaseResult) -> String {
        let pace = result.pollIntervalMilliseconds.map { milliseconds in
            milliseconds < 1_000
                ? "\(Figure.plain(milliseconds)) ms" : "\(Figure.plain(milliseconds / 1_000)) s"
        }
        let every = pace.map { " every \($0)" } ?? ""
        // Without a label, the variant lists the options. An interval alone is not repeated.
        let prefix = ShortPolling.interval.option.name + "-"
        let words = result.variant.hasPrefix(prefix) ? result.variant.dropFirst(prefix.count).split(separator: "-") : []
        let written = words.first.map { AxisValue(String($0)) }
        let isInterval = written?.number.map { ($0 * 1_000).rounded() } == result.pollIntervalMilliseconds?.rounded()
        let rest = isInterval && written?.number != nil ? words.dropFirst().joined(separator: "-") : result.variant
        return result.style.name + every + result.onServer + (rest.isEmpty ? "" : " (\(rest))")
    }

    /// The fastest first.
    static func isInOrder(_ left: QuotedCase, _ right: QuotedCase) -> Bool {
        (left.delay ?? .infinity, left.overhead, left.result.caseID)
            < (right.delay ?? .infinity, right.overhead, right.result.caseID)
    }
}
