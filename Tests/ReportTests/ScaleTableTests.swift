import ResultFiles
import Testing

@testable import Report

@Suite("1 and 10 million clients on paper")
struct ScaleTableTests {
    @Test("three numbers of clients on a line give that line and no error")
    func line() throws {
        let folder = try ReportFolder(texts: Self.texts([100, 1_000, 5_000]))
        let tables = ScaleTable.all(folder)
        #expect(tables.count == 1)
        #expect(tables.first?.caption == "from runs with 100 to 5,000 clients")
        // 10 µs of processor time per client and second, 20 kB and 1,000 B/s per client; 10 MB without clients.
        #expect(
            tables.first?.rows == [
                ["WebSocket", "processors", "(0 + 10.0 M)", "10.0 (10.0 to 10.0)", "100 (100 to 100)"],
                [
                    "WebSocket", "memory", "(0.0100 + 20.0 M) GB", "20.0 GB (20.0 to 20.0)",
                    "200 GB (200 to 200)",
                ],
                [
                    "WebSocket", "bandwidth", "(0 + 8.00 M) Gbit/s", "8.00 Gbit/s (8.00 to 8.00)",
                    "80.0 Gbit/s (80.0 to 80.0)",
                ],
            ])
    }

    @Test("the report has the table and says that it is an estimate")
    func pages() throws {
        let folder = try ReportFolder(texts: Self.texts([100, 1_000, 5_000]))
        for page in [MarkdownReport.text(folder, []), HTMLReport.text(folder, [])] {
            #expect(page.contains(ScaleTable.title))
            #expect(page.contains("An estimate, not a measurement"))
        }
    }

    @Test("two numbers of clients give no table, invalid runs count for nothing")
    func tooFew() throws {
        #expect(ScaleTable.all(try ReportFolder(texts: Self.texts([100, 1_000]))).isEmpty)
        #expect(ScaleTable.all(try ReportFolder(texts: Self.texts([100, 1_000, 5_000], valid: false))).isEmpty)
        let report = MarkdownReport.text(try ReportFolder(texts: Self.texts([100, 1_000])), [])
        #expect(!report.contains(ScaleTable.title))
    }

    private static func texts(_ clients: [Int], valid: Bool = true) -> [String: String] {
        let rows = clients.map { count -> SummaryRow in
            var row = SummaryRow()
            (row.runID, row.scenario, row.scenarioSHA256, row.transport) = ("r", "many", "00", "websocket")
            (row.caseID, row.repetition, row.clients, row.feed) = ("f_\(count)-clients_websocket", 1, count, "f")
            row.axes = "clients=\(count)"
            row.durationSeconds = 10
            (row.valid, row.bytesValid, row.timesValid) = (valid, valid, valid)
            row.serverUserCPUSeconds = Double(count) * 80e-6
            row.serverSystemCPUSeconds = Double(count) * 20e-6
            row.serverRSSPeakBytes = 10_000_000 + 20_000 * count
            row.bytesPerClientSecond = 1_000
            (row.expected, row.delivered) = (count, count)
            return row
        }
        return [SummaryRow.table.fileName: SummaryRow.table.text(of: rows)]
    }
}
