import Testing

@testable import ResultFiles

@Suite("Files without the columns that came later")
struct OldColumnsTests {
    /// The row as a file of the first version has it, read by this version.
    private func reread<Row: CSVRow>(_ row: Row) throws -> Row? {
        let table = Row.table
        let first = CSVTable<Row>(
            fileName: table.fileName, summary: "", key: [], fields: table.fields.filter { !$0.isAddedLater })
        return try table.rows(from: first.text(of: [row]), file: table.fileName).first
    }

    @Test("they read as empty")
    func empty() throws {
        var row = SummaryRow()
        (row.runID, row.scenario, row.scenarioSHA256, row.caseID) = ("r", "s", "00", "c")
        (row.transport, row.feed, row.clients, row.repetition) = ("sse", "host", 1, 1)
        row.durationSeconds = 1
        row.axes = "clients=1"
        let read = try #require(try reread(row))
        #expect(read.caseID == "c" && read.axes == nil)
        let later = SummaryRow.table.fields.filter(\.isAddedLater)
        #expect(later.count > 10)
        #expect(later.allSatisfy { $0.column.emptyMeaning != nil && ($0.text(read) ?? "").isEmpty })
    }

    @Test("every column that came later may be empty")
    func allTables() {
        func check<Row: CSVRow>(_ table: CSVTable<Row>) {
            for field in table.fields where field.isAddedLater {
                #expect(field.column.emptyMeaning != nil, "\(table.fileName) \(field.column.name)")
            }
        }
        check(SummaryRow.table)
        check(LayerRow.table)
        check(TimelineRow.table)
        check(ClaimRow.table)
        check(CheckRow.table)
    }
}
