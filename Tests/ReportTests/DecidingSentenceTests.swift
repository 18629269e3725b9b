import Foundation
import ResultFiles
import Testing

@testable import Report

/// Each sentence that is said only where it decides something, on planted rows: where it is said, and where not.
@Suite("Sentences that decide")
struct DecidingSentenceTests {
    private static func quoted(_ rows: [SummaryRow]) -> [QuotedCase] {
        Condition.all(in: rows).flatMap(\.cases).compactMap(QuotedCase.init)
    }

    private static func row(_ transport: String, _ change: (inout SummaryRow) -> Void = { _ in }) -> SummaryRow {
        var row = Rows.summary(transport)
        change(&row)
        return row
    }

    /// A poll that batches: few bytes on the wire although its overhead per item is higher.
    private static let batching = row("short-poll") {
        $0.wireBytesEstimated = 12_000 * 48
        $0.itemsPerResponse = 9.65
    }
    private static let socket = row("websocket") { $0.wireBytesEstimated = 12_000 * 117 }

    @Test("overhead and bytes on the wire are both compared: 60 times may be 3.5 times")
    func ratio() {
        let poll = Self.row("long-poll") {
            $0.overheadBytesPerItem = 240
            $0.wireBytesEstimated = 12_000 * 700
        }
        let socket = Self.row("raw-tcp") {
            $0.overheadBytesPerItem = 4
            $0.wireBytesEstimated = 12_000 * 200
        }
        #expect(
            WireRatio.sentences(Self.quoted([poll, socket])) == [
                "Long polling has 60.0 times the overhead of raw TCP per item; on the wire, with items and TCP/IP "
                    + "headers, it takes 3.50 times the bytes (700 against 200 per item)."
            ])
    }

    @Test("no ratio of nearly equal overhead, of no overhead, or of one case")
    func noRatio() {
        let one = Self.row("long-poll") { $0.overheadBytesPerItem = 300 }
        let other = Self.row("sse") { $0.overheadBytesPerItem = 200 }
        let none = Self.row("raw-tcp") { $0.overheadBytesPerItem = 0 }
        #expect(WireRatio.sentences(Self.quoted([one, other])) == [])
        #expect(WireRatio.sentences(Self.quoted([one, none])) == [])
        #expect(WireRatio.sentences(Self.quoted([one])) == [])
        #expect(WireRatio.sentences([]) == [])
    }

    @Test("a break-even in TCP payload is contradicted where the wire says otherwise")
    func contradicted() {
        #expect(
            BreakEven.sentences(Self.quoted([Self.batching, Self.socket])) == [
                "The handshake of WebSocket (300 bytes per client) breaks even after 9 items compared with short "
                    + "polling every 1 s – but on the wire, TCP/IP headers included, WebSocket took more in this run: "
                    + "117 bytes per item against 48.0."
            ])
    }

    @Test("nothing about the wire where it agrees, is unknown, or where clients received different items")
    func agrees() {
        let said = "breaks even after 9 items compared with short polling every 1 s."
        let cheap = Self.row("websocket") { $0.wireBytesEstimated = 12_000 * 40 }
        let unknown = Self.row("websocket")
        let partial = Self.row("short-poll") {
            $0.wireBytesEstimated = 6_000 * 48
            ($0.delivered, $0.unique, $0.missed) = (6_000, 6_000, 6_000)
        }
        for rows in [[Self.batching, cheap], [Self.batching, unknown], [partial, Self.socket]] {
            let sentence = BreakEven.sentences(Self.quoted(rows)).first
            #expect(sentence?.hasSuffix(said) == true, "\(sentence ?? "")")
        }
    }

    @Test("a run that is too short for the break-even says nothing about the wire if WebSocket took more there")
    func shortRun() {
        var (poll, socket) = (Self.batching, Self.socket)
        for row in [\SummaryRow.delivered, \.unique, \.expected] {
            poll[keyPath: row] = 500
            socket[keyPath: row] = 500
        }
        (poll.wireBytesEstimated, socket.wireBytesEstimated) = (500 * 48, 500 * 117)
        let sentence = BreakEven.sentences(Self.quoted([poll, socket])).first
        #expect(sentence?.contains("on the wire") == false)
    }

    @Test("responses with several items are named, single ones are not")
    func shared() {
        #expect(
            SharedHeaders.sentences(Self.quoted([Self.batching, Self.socket])) == [
                "Several items share the headers of one response: 9.65 with short polling every 1 s."
            ])
        let single = Self.row("long-poll") { $0.itemsPerResponse = 1.02 }
        let stream = Self.row("sse") { $0.itemsPerResponse = 90 }
        #expect(SharedHeaders.sentences(Self.quoted([single, stream, Self.socket])) == [])
    }

    @Test("set-up is named where it is a tenth of the bytes or more")
    func setup() {
        let short = Self.row("websocket") { ($0.tcpPayloadBytesUp, $0.tcpPayloadBytesDown) = (30_000, 70_000) }
        #expect(
            SetupShare.sentences(Self.quoted([short])) == [
                "Opening connections took 30 % of the TCP payload of WebSocket in this run; a longer run has a smaller "
                    + "share."
            ])
        var often = short
        often.connects = 1_200
        #expect(
            SetupShare.sentences(Self.quoted([often])) == [
                "Opening connections took 30 % of the TCP payload of WebSocket in this run. WebSocket opened 12.0 "
                    + "connections per client."
            ])
        #expect(SetupShare.sentences(Self.quoted(Rows.three)) == [])
    }

    @Test("compression is judged by what the wire carries")
    func compression() {
        let plain = Self.row("websocket") { $0.wireBytesEstimated = 12_000 * 480 }
        let deflated = Self.row("websocket") {
            ($0.variant, $0.caseID) = ("deflate", "deflate")
            $0.compression = "permessage-deflate"
            ($0.inflatedBytesTotal, $0.payloadBytesTotal) = (12_000 * 360, 12_000 * 90)
            $0.wireBytesEstimated = 12_000 * 210
        }
        #expect(
            CompressedItems.sentences(Self.quoted([plain, deflated])) == [
                "WebSocket (deflate): permessage-deflate made 90.0 of 360 bytes per item; on the wire, with overhead "
                    + "and TCP/IP headers, 210 instead of 480 (44 %)."
            ])
        #expect(
            CompressedItems.sentences(Self.quoted([deflated])) == [
                "WebSocket (deflate): permessage-deflate made 90.0 of 360 bytes per item."
            ])
        #expect(CompressedItems.sentences(Self.quoted([plain])) == [])
    }

    @Test("skipped items make figures per item incomparable")
    func skipped() {
        let partial = Self.row("short-poll") { $0.coherenceRatio = 0.45 }
        #expect(
            SkippedItems.sentences(Self.quoted([partial, Self.socket])) == [
                "Share of the items received (coherence): 45 % with short polling every 1 s.",
                "Compare short polling every 1 s with the others per client and second, not per item.",
            ])
        var all = Self.socket
        all.coherenceRatio = 1
        #expect(
            SkippedItems.sentences(Self.quoted([partial, all])).first
                == "Share of the items received (coherence): 45 % with short polling every 1 s; 100 % with WebSocket.")
        all.coherenceRatio = 0.999
        #expect(
            SkippedItems.sentences(Self.quoted([partial, all])).first?.contains("over 99 % with WebSocket") == true)
        #expect(
            SkippedItems.sentences(Self.quoted([partial])) == [
                "Share of the items received (coherence): 45 % with short polling every 1 s."
            ])
        let whole = Self.row("short-poll") { $0.coherenceRatio = 1 }
        #expect(SkippedItems.sentences(Self.quoted([whole, Self.socket])) == [])
        // Unknown is not 0.
        #expect(SkippedItems.sentences(Self.quoted([Self.batching])) == [])
    }

    @Test("empty answers are named where the cases differ; what pushes has none")
    func empty() {
        func poll(_ empty: Int?, _ variant: String = "") -> SummaryRow {
            var row = Rows.summary("short-poll", variant: variant)
            row.emptyResponses = empty
            return row
        }
        #expect(
            EmptyAnswers.sentences(Self.quoted([poll(600), poll(0, "slow"), Self.socket])) == [
                "Share of the requests with an empty answer: 50 % with short polling every 1 s; 0 % with short polling "
                    + "every 1 s (slow)."
            ])
        #expect(EmptyAnswers.sentences(Self.quoted([poll(600), Self.socket])).count == 1)
        // Nothing differs, nothing is known, or it is not worth a sentence.
        #expect(EmptyAnswers.sentences(Self.quoted([poll(600), poll(600, "slow")])) == [])
        #expect(EmptyAnswers.sentences(Self.quoted([poll(nil), Self.socket])) == [])
        #expect(EmptyAnswers.sentences(Self.quoted([poll(50), Self.socket])) == [])
        #expect(EmptyAnswers.sentences(Self.quoted([Self.socket])) == [])
    }

    @Test("what the question asks for, missed items or waste, comes before all else")
    func direct() throws {
        var rows = [Self.batching, Self.socket]
        (rows[0].coherenceRatio, rows[0].emptyResponses) = (0.5, 600)
        func first(_ question: String?) throws -> [String] {
            var texts = Rows.texts(rows)
            var scenario = Manifest.ScenarioRecord(name: "tiny", text: "", sha256: "")
            scenario.question = question
            var manifest = Manifest(
                runID: "r", scenario: scenario, seed: 1, caseOrder: [], commandLine: [],
                startedAt: UTCInstant(millisecondsSince1970: 0))
            manifest.finish(at: UTCInstant(millisecondsSince1970: 1))
            texts["manifest.json"] = try manifest.json()
            return AnswerSentence.all(try ReportFolder(texts: texts))
        }
        let asked = try first("What does pulling miss, and what does it waste?")
        #expect(asked[0].hasPrefix("Share of the items received (coherence): 50 %"))
        #expect(asked[1].hasPrefix("Compare "))
        #expect(asked[2].hasPrefix("Share of the requests with an empty answer: 50 %"))
        #expect(asked[3].hasPrefix("For replay-host at 100 clients"))
        #expect(!asked[3].contains("coherence") && !asked[3].contains("empty answer"))
        let other = try first("What does it cost?")
        #expect(other[0].hasPrefix("For replay-host at 100 clients"))
        #expect(other[0].contains("coherence") && other[0].contains("empty answer"))
    }

    @Test("a different order by the 99th percentile is named if it is clear")
    func tail() {
        let rows = [
            Self.row("websocket") { $0.latencyP99Microseconds = 5_000 },
            Self.row("long-poll") { $0.latencyP99Microseconds = 2_000 },
        ]
        #expect(
            TailOrder.sentences(Self.quoted(rows), []) == [
                "By the 99th percentile, in this run (1 repeat, not tested) long polling is faster (2.00 ms) than "
                    + "WebSocket (5.00 ms), which has the lowest median."
            ])
        let tested = { (verdict: ComparisonRow.Verdict) in
            var row = ComparisonRow()
            (row.baseline, row.candidate) = (rows[0].caseID, rows[1].caseID)
            (row.p, row.verdict) = (0.01, verdict.rawValue)
            return TailOrder.sentences(Self.quoted(rows), [row])
        }
        #expect(tested(.lower).first?.hasPrefix("By the 99th percentile long polling is faster (2.00 ms)") == true)
        #expect(tested(.noDetectableDifference) == [])
        let close = [
            Self.row("websocket") { $0.latencyP99Microseconds = 2_100 },
            Self.row("long-poll") { $0.latencyP99Microseconds = 2_000 },
        ]
        #expect(TailOrder.sentences(Self.quoted(close), []) == [])
        #expect(TailOrder.sentences(Self.quoted(Rows.three), []) == [])
    }

    @Test("CPU is named where it differs by half, and only from valid times")
    func processor() {
        #expect(
            ProcessorCost.sentences(Self.quoted(Rows.three)) == [
                "Server CPU per item: from 4.50 µs for short polling every 1 s to 33.0 µs for long polling."
            ])
        let equal = ["websocket", "long-poll"].map { transport in
            Self.row(transport) { $0.serverCPUMicrosecondsPerItem = 20 }
        }
        #expect(ProcessorCost.sentences(Self.quoted(equal)) == [])
        var late = Rows.three
        for index in late.indices { (late[index].bytesValid, late[index].timesValid) = (true, false) }
        #expect(ProcessorCost.sentences(Self.quoted(late)) == [])
    }

    @Test("recovery and slow clients are named where there are any")
    func strain() throws {
        let rows = ["websocket", "long-poll"].map { transport in
            Self.row(transport) {
                $0.recoveryP50Microseconds = transport == "websocket" ? 2_000 : 1_000
                $0.recoveryMaxMicroseconds = transport == "websocket" ? 90_000 : nil
                ($0.slowClients, $0.serverRSSRiseBytes) = (5, 2_500_000)
                $0.slowItemsSkipped = transport == "websocket" ? 1_200 : nil
                $0.slowDisconnects = transport == "websocket" ? 1 : nil
            }
        }
        let cases = Condition.all(in: rows).flatMap(\.cases)
        #expect(
            Strain.sentences(cases) == [
                "Median time until a client has the feed again: 1.00 ms with long polling and 2.00 ms with WebSocket "
                    + "(longest 90.0 ms).",
                "What slow clients cost the server: with long polling it needed 2.50 MB more memory at its peak; with "
                    + "WebSocket it skipped 1,200 items for them, ended 1 connection of them and needed 2.50 MB more "
                    + "memory at its peak.",
            ])
        #expect(Strain.sentences(Condition.all(in: Rows.three).flatMap(\.cases)) == [])
        #expect(Strain.recovery(of: try Rows.folder(rows)) == [])
        #expect(TableCells(try Rows.folder(rows).conditions[0]).columns.contains { $0.title == "time to recover, p50" })
        #expect(
            try !TableCells(Rows.folder(Rows.three).conditions[0]).columns.contains { $0.title.contains("recover") })
    }

    @Test("of many recoveries: the fastest, the slowest, the longest and the number")
    func manyRecoveries() {
        let rows = (1...6).map { number in
            Self.row("long-poll") {
                ($0.variant, $0.caseID) = ("v\(number)", "c\(number)")
                $0.recoveryP50Microseconds = Double(number) * 1_000
                $0.recoveryMaxMicroseconds = number == 3 ? 90_000 : 10_000
                ($0.slowClients, $0.slowDisconnects) = (1, number)
                $0.serverRSSRiseBytes = number * 1_000_000
            }
        }
        let sentences = Strain.sentences(Condition.all(in: rows).flatMap(\.cases))
        #expect(
            sentences.first
                == "Median time until a client has the feed again: from 1.00 ms with long polling (v1) to 6.00 ms with "
                + "long polling (v6), over 6 cases; the longest of all took 90.0 ms with long polling (v3).")
        #expect(
            sentences.last?.hasPrefix("What slow clients cost the server: with long polling (v6) it ended 6 ") == true)
        #expect(sentences.last?.hasSuffix("; the other 2 cases are in summary.csv.") == true)
    }

    @Test("no sentence lists an unbounded number of cases")
    func bounded() throws {
        let rows = (1...40).map { number in
            Self.row(["short-poll", "websocket"][number % 2]) {
                ($0.variant, $0.caseID) = ("variant-number-\(number)", "c\(number)")
                $0.latencyP50Microseconds = Double(number) * 100
                $0.overheadBytesPerItem = Double(number % 7) * 10
                ($0.coherenceRatio, $0.itemsPerResponse) = (0.5, Double(number))
                ($0.compression, $0.inflatedBytesTotal, $0.payloadBytesTotal) = ("x", 12_000 * 360, 12_000 * 90)
                $0.setupBytesTotal = 300_000 + number * 10_000
                ($0.recoveryP50Microseconds, $0.slowClients, $0.slowDisconnects) = (Double(number), 1, 1)
                if number > 30 { ($0.valid, $0.invalidReason) = (false, "reason \(number)") }
            }
        }
        for sentence in AnswerSentence.blocks(try Rows.folder(rows)).flatMap(\.sentences) {
            #expect(sentence.components(separatedBy: "variant-number").count <= 12, "\(sentence)")
        }
    }

    @Test("figures on the wire and per client follow overhead if all cases have them")
    func figures() throws {
        var rows = [Self.batching, Self.socket]
        for index in rows.indices { rows[index].bytesPerClientSecond = 1_000 }
        let answer = try AnswerSentence.answer(Rows.folder(rows).conditions[0])
        #expect(
            answer.hasPrefix(
                "For replay-host at 100 clients, WebSocket delivered items with 6.10 bytes of overhead per item, 117 "
                    + "bytes on the wire, 1,000 B/s per client and a median delay of 410 µs; short polling every 1 s "
                    + "with 40.0 bytes, 48.0 bytes, 1,000 B/s and 498 ms."))
        rows[1].wireBytesEstimated = nil
        #expect(try !AnswerSentence.answer(Rows.folder(rows).conditions[0]).contains("on the wire"))
    }

    @Test("sentences about the question come first")
    func topics() throws {
        let condition = try Rows.folder(Rows.three).conditions[0]
        let first = AnswerSentence.answer(condition, QuestionTopics("What does a client cost the server's CPU?"))
        let last = AnswerSentence.answer(condition, QuestionTopics("How many bytes?"))
        let place = { (text: String) in text.range(of: "Server CPU")?.lowerBound }
        let ratio = { (text: String) in text.range(of: "51.1 times")?.lowerBound }
        let (placeFirst, ratioFirst) = (try #require(place(first)), try #require(ratio(first)))
        let (placeLast, ratioLast) = (try #require(place(last)), try #require(ratio(last)))
        #expect(placeFirst < ratioFirst)
        #expect(placeLast > ratioLast)
        #expect(QuestionTopics(nil).topics == [])
        #expect(QuestionTopics("What does silence cost?").topics == [.bytes])
        #expect(QuestionTopics("What does it save, and what does it cost the server?").topics == [.bytes, .processor])
        #expect(QuestionTopics("How late is the connection's latest item?").topics == [.delay, .setup])
    }
}

@Suite("Tested order of cases")
struct TestedOrderTests {
    private static let quoted = Condition.all(in: Rows.three).flatMap(\.cases).compactMap(QuotedCase.init)
        .sorted(by: QuotedCase.isInOrder)

    private static func row(_ candidate: Int, _ baseline: Int, _ verdict: ComparisonRow.Verdict) -> ComparisonRow {
        var row = ComparisonRow()
        (row.candidate, row.baseline) = (quoted[candidate].result.caseID, quoted[baseline].result.caseID)
        (row.verdict, row.p) = (verdict.rawValue, verdict == .tooFewRepeats ? nil : 0.01)
        return row
    }

    @Test("the fastest is compared with the others, whichever is the baseline")
    func said() {
        let rows = [Self.row(1, 0, .noDetectableDifference), Self.row(2, 0, .higher)]
        #expect(
            TestedOrder.sentences(Self.quoted, rows) == [
                "By a signed-rank test over the repeats (p below 0.02), the median delay of WebSocket is lower than "
                    + "that of short polling every 1 s and has no detectable difference from that of long polling."
            ])
        #expect(
            TestedOrder.sentences(Self.quoted, [Self.row(0, 1, .lower)]) == [
                "By a signed-rank test over the repeats (p below 0.02), the median delay of WebSocket is lower than "
                    + "that of long polling."
            ])
    }

    @Test("nothing with too few repeats, without tests, or about other cases")
    func notSaid() {
        #expect(TestedOrder.sentences(Self.quoted, [Self.row(1, 0, .tooFewRepeats)]) == [])
        #expect(TestedOrder.sentences(Self.quoted, []) == [])
        #expect(TestedOrder.sentences(Self.quoted, [Self.row(1, 2, .lower)]) == [])
        #expect(TestedOrder.sentences([], [Self.row(1, 0, .higher)]) == [])
    }
}
