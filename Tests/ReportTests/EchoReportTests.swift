import ResultFiles
import Testing

@testable import Report

@Suite("Reports of echo runs")
struct EchoReportTests {
    private static let rows = ["http-post", "websocket"].map { transport in
        var row = Rows.summary(transport)
        row.workload = .echo
        row.feed = "echo-10-per-s-128B"
        row.pollIntervalMilliseconds = nil
        row.caseID = "echo-10-per-s-128B_100-clients_\(transport)"
        if transport == "http-post" {
            (row.latencyP50Microseconds, row.latencyP99Microseconds, row.latencyMaxMicroseconds) = (600, 1_200, 2_400)
            row.overheadBytesPerItem = 221
            row.requests = 12_000
            row.setupBytesTotal = 0
        }
        return row
    }

    @Test("the table shows round trips instead of delays")
    func table() throws {
        let folder = try Rows.folder(Self.rows)
        #expect(
            ResultTableText.terminal(folder) == """
                echo-10-per-s-128B, 100 clients
                                round     round     round  overhead    set-up  requests  srv CPU
                  transport  trip p50  trip p99  trip max    B/item  B/client     /item  µs/item
                ✓ http-post    600 µs   1.20 ms   2.40 ms       221         0      1.00     4.50
                ✓ websocket    410 µs    820 µs   1.64 ms      6.10       300   0.00833     11.3
                  every client received every message once and in order (12,000 deliveries per
                    case)

                """)
        #expect(ResultTableText.markdown(folder).contains("| round trip p50 | round trip p99 | round trip max |"))
    }

    @Test("the sentence shows round trips and messages")
    func answer() throws {
        #expect(
            AnswerSentence.all(try Rows.folder(Self.rows)) == [
                "For echo-10-per-s-128B at 100 clients, WebSocket echoed messages with 6.10 bytes of overhead per "
                    + "message and a median round trip of 410 µs; HTTP POST with 221 bytes and 600 µs. HTTP POST has "
                    + "36.2 times the overhead of WebSocket per message. The handshake of WebSocket (300 bytes per "
                    + "client) breaks even after 2 messages compared with HTTP POST. Server CPU per message: from "
                    + "4.50 µs for HTTP POST to 11.3 µs for WebSocket."
            ])
    }

    @Test("captions of delay plots explain round trips of echo runs, and only of those")
    func captions() throws {
        let echo = Plots.all(try Rows.folder(Self.rows)).filter { $0.caption.contains("round trip") }
        #expect(echo.map(\.fileName) == ["plots/latency.svg", "plots/timeline.svg"])
        #expect(Plots.all(try Rows.folder(Rows.three)).allSatisfy { !$0.caption.contains("round trip") })
    }

    @Test("a file without the column `workload` is of a push run")
    func olderFile() throws {
        var texts = Rows.texts([Rows.summary("websocket")])
        let lines = try #require(texts["summary.csv"]).split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let place = try #require(lines[0].firstIndex(of: "workload"))
        texts["summary.csv"] = lines.map { line in
            line.indices.filter { $0 != place }.map { String(line[$0]) }.joined(separator: ",") + "\r\n"
        }.joined()
        let folder = try ReportFolder(texts: texts)
        #expect(folder.summary[0].workload == nil)
        #expect(folder.conditions[0].terms == WorkloadTerms(.push))
    }
}
