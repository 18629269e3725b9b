import Measurement
import ResultFiles
import Testing

@testable import Report

@Suite("Bytes and times are valid independently")
struct TwoValiditiesTests {
    private static func row(_ transport: String, repeat repetition: Int = 1, bytes: Bool, times: Bool) -> SummaryRow {
        var row = Rows.summary(transport, repeat: repetition)
        (row.bytesValid, row.timesValid, row.valid) = (bytes, times, bytes && times)
        row.invalidReason = bytes && times ? nil : "polls began late"
        return row
    }

    private func cells(_ table: TableCells, _ row: Int, _ titles: [String]) -> [String] {
        titles.map { title in table.columns.firstIndex { $0.title == title }.map { table.rows[row].cells[$0] } ?? "" }
    }

    @Test("late polls invalidate delays but not bytes: in table, sentence and plots")
    func lateRow() throws {
        let folder = try Rows.folder([
            Self.row("websocket", bytes: true, times: false), Self.row("long-poll", bytes: true, times: true),
        ])
        let table = TableCells(folder.conditions[0])
        #expect(table.rows.map(\.mark) == ["~", "✓"])
        #expect(cells(table, 0, ["delay p50", "delay p99", "delay max"]) == ["–", "–", "–"])
        #expect(
            cells(table, 0, ["overhead, B per item", "requests per item", "server CPU, µs per item"])
                == ["6.10", "0.00833", "–"])
        #expect(table.rows[0].remarks.contains("items and bytes are valid, times are not"))
        let sentence = AnswerSentence.answer(folder.conditions[0])
        #expect(
            sentence.contains(
                "long polling delivered items with 312 bytes of overhead per item and a median delay of 1.20 ms"))
        #expect(sentence.contains("WebSocket with 6.10 bytes and no valid delay"))
        let plots = Dictionary(uniqueKeysWithValues: Plots.all(folder).map { ($0.fileName, $0.svg) })
        #expect(plots["plots/overhead-by-layer.svg"]?.contains("no valid row") == false)
        #expect(plots["plots/bytes-by-direction.svg"]?.contains("no valid row") == false)
        #expect(plots["plots/latency.svg"]?.contains("no valid row") == true)
    }

    @Test("with several repeats, bytes are from repeats with valid bytes and times from repeats with valid times")
    func repeats() throws {
        var rows = (1...3).map { Self.row("websocket", repeat: $0, bytes: $0 < 3, times: $0 == 1) }
        rows[1].overheadBytesPerItem = 8
        rows[1].latencyP50Microseconds = 9_999
        let table = TableCells(try Rows.folder(rows).conditions[0])
        #expect(table.rows[0].mark == "~")
        #expect(cells(table, 0, ["delay p50", "overhead, B per item"]) == ["410 µs", "7.05"])
        #expect(table.rows[0].remarks.contains("valid: items and bytes in 2, times in 1 of 3 repeats"))
    }

    @Test("a row without valid bytes and times has ✗; a file without these columns uses `valid`")
    func neither() throws {
        let table = TableCells(
            try Rows.folder([Self.row("websocket", bytes: false, times: false), Rows.summary("long-poll")]).conditions[
                0])
        #expect(table.rows.map(\.mark) == ["✗", "✓"])
    }

    @Test("the table of drafts uses rows with invalid times")
    func drafts() throws {
        var row = Self.row("websocket", bytes: true, times: false)
        row.variant = "version-hixie-76"
        let table = try #require(DraftTable.all(try Rows.folder([row])).first)
        #expect(table.rows[0][3] != "–")
        #expect(table.rows[0][5] != "–")
    }

    @Test("compare uses delays of rows with valid times and bytes of rows with valid bytes")
    func comparison() throws {
        func side(_ shift: Double) -> [SummaryRow] {
            (1...8).map { repetition in
                var row = Self.row("websocket", repeat: repetition, bytes: true, times: repetition > 4)
                row.overheadBytesPerItem = 6 + shift + Double(repetition) / 100
                return row
            }
        }
        let comparison = try FolderComparison(baseline: side(0), candidate: side(1), names: ("a", "b"))
        #expect(comparison.text.contains("repeats with valid times: 4 and 4"))
        #expect(comparison.text.contains("repeats with valid bytes: 8 and 8"))
        let bytes = try #require(comparison.verdicts.first { $0.metric == "overhead_bytes_per_item" })
        #expect(bytes.finding == .verdict(.worse))
    }
}

@Suite("Runs without items")
struct SilenceTests {
    private static func row(_ transport: String, bytes: Double, requests: Double?) -> SummaryRow {
        var row = Rows.summary(transport)
        (row.published, row.expected, row.delivered, row.unique) = (0, 0, 0, 0)
        (row.bytesValid, row.timesValid) = (true, true)
        row.overheadBytesPerItem = nil
        (row.latencyP50Microseconds, row.latencyP90Microseconds, row.latencyP99Microseconds) = (nil, nil, nil)
        (row.latencyMinMicroseconds, row.latencyMaxMicroseconds, row.latencyMeanMicroseconds) = (nil, nil, nil)
        row.serverCPUMicrosecondsPerItem = nil
        row.bytesPerClientSecond = bytes
        row.requestsPerClientSecond = requests
        row.serverCPUMicrosecondsPerClientHour = 81_000
        return row
    }

    @Test("table and sentence show the cost of silence; the rows are valid")
    func silentRun() throws {
        let folder = try Rows.folder([
            Self.row("websocket", bytes: 0, requests: 0), Self.row("short-poll", bytes: 180.5, requests: 1),
        ])
        let table = TableCells(folder.conditions[0])
        #expect(table.rows.map { $0.cells[1] } == ["silent", "silent"])
        #expect(table.rows.map(\.mark) == ["✓", "✓"])
        #expect(
            table.rows[1].remarks == [
                "cost of silence per client and hour: 649,800 bytes, 3,600 requests and 81.0 ms of server CPU"
            ])
        let sentence = AnswerSentence.answer(folder.conditions[0])
        #expect(
            sentence
                == "Without a published item, a client costs per hour for replay-host at 100 clients: short polling "
                + "every 1 s 649,800 bytes, 3,600 requests and 81.0 ms of server CPU; WebSocket 0 bytes, "
                + "0 requests and 81.0 ms of server CPU.")
    }

    @Test("an invalid row among silent rows is left out, with the reason")
    func partly() throws {
        var broken = Self.row("sse", bytes: 0, requests: 0)
        (broken.valid, broken.bytesValid, broken.timesValid) = (false, false, false)
        broken.invalidReason = "2 errors"
        let sentence = AnswerSentence.answer(
            try Rows.folder([Self.row("websocket", bytes: 0, requests: 0), broken]).conditions[0])
        #expect(sentence.hasPrefix("Without a published item, a client costs"))
        #expect(sentence.hasSuffix("Left out: server-sent events (2 errors)."))
        #expect(!sentence.contains("no row is valid"))
    }
}

@Suite("The scenario's question in reports")
struct QuestionTests {
    @Test("both reports show the question, escaped")
    func reports() throws {
        var manifest = Manifest(
            runID: "r", scenario: .init(name: "tiny", text: "", sha256: "", question: "Is <this> costly?"), seed: 1,
            caseOrder: [], commandLine: [], startedAt: UTCInstant(millisecondsSince1970: 0))
        manifest.finish(at: UTCInstant(millisecondsSince1970: 1))
        var texts = Rows.texts(Rows.three)
        texts["manifest.json"] = try manifest.json()
        let folder = try ReportFolder(texts: texts)
        #expect(folder.question == "Is <this> costly?")
        let files = Dictionary(uniqueKeysWithValues: folder.files().map { ($0.name, $0.contents) })
        #expect(files["report.html"]?.contains("<p class=\"question\">Is &lt;this&gt; costly?</p>") == true)
        #expect(files["report.md"]?.contains("costly?*\n") == true)
    }
}
