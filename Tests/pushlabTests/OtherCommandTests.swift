import ArgumentParser
import Measurement
import ResultFiles
import Testing

@testable import Report
@testable import pushlab

@Suite("Command lines of record, merge, compare, report and echo")
struct OtherCommandTests {
    @Test(
        "a wrong command line is refused with one sentence",
        arguments: [
            (["record", "--out", "x"], "record needs --url <url>, such as: pushlab record --url "),
            (["record", "--url", "http://h:1"], "record needs --out <file>, such as"),
            (["record", "--url", "http://h:1", "--out", "x", "--items", "0"], "allowed 1 to 10000000000"),
            (["record", "--url", "http://h:1", "--out", "x", "--items", "-3"], "--items is -3; allowed"),
            (
                ["record", "--url", "http://h:1", "--out", "x", "--duration", "0s"],
                "--duration is 0 s; allowed 1 ns to 24 h"
            ),
            (["record", "--url", "http://h:1", "--out", "x", "--duration", "25h"], "--duration is 25 h; allowed"),
            (["record", "--url", "h", "--out", "x"], "--url is \"h\"; allowed http://HOST:PORT"),
            (["merge", "a", "b"], "merge needs --out <folder>, such as"),
            (["merge", "--out", "x"], "merge needs <folders> ..."),
            (["merge", "a", "b", "a", "--out", "x"], "a is given twice; merge takes each run only once"),
            (["merge", "a", "--out", "x"], "there is 1 folder to merge; allowed 2 or more"),
            (["compare"], "compare needs <baseline>, such as: pushlab compare "),
            (["compare", "a"], "compare needs two folders, or one folder and --cases"),
            (["compare", "a", "b", "c"], "\"c\" is one argument too many for compare"),
            (["report"], "report needs <folder>, such as: pushlab report "),
            (["echo", "http://h"], "<url> has the scheme http; allowed ws://HOST:PORT/PATH or wss://HOST:PORT/PATH"),
            (["echo", "ws://h:0/"], "<url> has port 0; allowed 1 to 65535"),
            (["echo", "ws://h/#x"], "<url> is \"ws://h/#x\"; allowed ws://HOST:PORT/PATH"),
        ])
    func refused(words: [String], sentence: String) {
        let refusal = Parsing.refusal(words)
        #expect(refusal?.contains(sentence) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("\n") == false)
    }

    @Test("a recording ends by items, by time, or by both")
    func record() throws {
        let words = ["--url", "https://h", "--out", "x"]
        let plain = try RecordCommand.parse(words)
        #expect(plain.items == nil && plain.duration == nil && plain.url.encrypts)
        let both = try RecordCommand.parse(words + ["--items", "5", "--duration", "24h"])
        #expect(both.items == 5 && both.duration == .seconds(86_400))
    }

    @Test("merge and compare take folders as arguments")
    func folders() throws {
        let merge = try MergeCommand.parse(["a", "b", "c", "--out", "x", "--allow-incomplete"])
        #expect(merge.folders == ["a", "b", "c"] && merge.out == "x" && merge.allowIncomplete)
        let compare = try CompareCommand.parse(["a", "b"])
        #expect((compare.baseline, compare.candidate) == ("a", "b"))
    }

    @Test(
        "a WebSocket address keeps path and query as given",
        arguments: [
            ("ws://h", WebSocketURL(host: "h", port: 80, encrypts: false, target: "/")),
            ("WSS://h/a%20b?c=d", WebSocketURL(host: "h", port: 443, encrypts: true, target: "/a%20b?c=d")),
            ("ws://[::1]:9/x", WebSocketURL(host: "::1", port: 9, encrypts: false, target: "/x")),
        ])
    func webSocketURL(text: String, url: WebSocketURL) throws {
        #expect(try WebSocketURL.read(text) == url)
    }
}

@Suite("Printed results of a run")
struct ResultPrinterTests {
    @Test("the scenario's question is above the table, wrapped between words")
    func question() throws {
        let folder = try folder(question: "What does each transport cost?")
        let lines = ResultPrinter.text(folder, histograms: [:], columns: 20).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.prefix(3) == ["What does each", "transport cost?", ""])
        #expect(lines.dropFirst(3).joined(separator: "\n") == ResultTableText.terminal(folder, columns: 20))
    }

    @Test("without a question only the table is printed")
    func noQuestion() throws {
        let folder = try folder(question: nil)
        #expect(ResultPrinter.text(folder, histograms: [:], columns: nil) == ResultTableText.terminal(folder))
    }

    private func folder(question: String?) throws -> ReportFolder {
        var row = SummaryRow()
        (row.runID, row.scenario, row.caseID, row.repetition) = ("r", "tiny", "a_1-client_websocket", 1)
        (row.transport, row.feed, row.clients, row.valid) = ("websocket", "a", 1, true)
        (row.scenarioSHA256, row.durationSeconds) = (String(repeating: "ab", count: 32), 10)
        let manifest = Manifest(
            runID: "r", scenario: .init(name: "tiny", text: "", sha256: "", question: question), seed: 1,
            caseOrder: [], commandLine: [], startedAt: UTCInstant(millisecondsSince1970: 0))
        return try ReportFolder(texts: [
            "summary.csv": SummaryRow.table.text(of: [row]), "layers.csv": LayerRow.table.text(of: []),
            "timeline.csv": TimelineRow.table.text(of: []), "manifest.json": try manifest.json(),
        ])
    }
}
