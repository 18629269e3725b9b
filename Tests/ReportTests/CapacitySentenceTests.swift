import ResultFiles
import Testing

@testable import Report

@Suite("The sentences on a search for the capacity")
struct CapacitySentenceTests {
    private func row(
        search: Int = 1, step: Int, transport: String = "websocket", answer: Double?, low: Double? = nil,
        high: Double? = nil, outcome: CapacityRow.Outcome
    ) -> CapacityRow {
        var row = CapacityRow()
        (row.runID, row.scenario, row.search, row.step) = ("run", "knee", search, step)
        (row.caseID, row.repetition, row.transport) = ("case", 1, transport)
        (row.field, row.condition, row.phase) = ("clients", "missed > 0", "grow")
        (row.answer, row.low, row.high, row.outcome) = (answer, low, high, outcome.rawValue)
        return row
    }

    private func sentences(_ rows: [CapacityRow]) throws -> [String] {
        var texts = Rows.texts([Rows.summary("websocket")])
        texts[CapacityRow.table.fileName] = CapacityRow.table.text(of: rows)
        return CapacitySentences.all(try ReportFolder(texts: texts))
    }

    @Test("the last row of each search has its answer")
    func answers() throws {
        let subject = "the largest value of clients at which \"missed > 0\" was false is"
        #expect(
            try sentences([
                row(step: 1, answer: 10, outcome: .searching),
                row(search: 2, step: 1, transport: "sse", answer: 10, outcome: .searching),
                row(step: 2, answer: 50, low: 49, high: 52, outcome: .found),
                row(search: 2, step: 2, transport: "sse", answer: 80, outcome: .undecided),
            ]) == [
                "For websocket, \(subject) 50 (49 to 52), after 2 measurements.",
                "For sse, \(subject) at least 80: above it the results do not tell, after 2 measurements.",
            ])
        #expect(
            try sentences([row(step: 3, answer: nil, outcome: .alwaysReached)]) == [
                "For websocket, \"missed > 0\" was true at every value of clients, after 3 measurements."
            ])
        #expect(
            try sentences([row(step: 1, answer: nil, outcome: .searching)]) == [
                "For websocket, the largest value of clients at which \"missed > 0\" was false is not known, after 1 "
                    + "measurement."
            ])
        #expect(try sentences([]) == [])
    }

    @Test("they come first, and the data package lists the file")
    func place() throws {
        var texts = Rows.texts([Rows.summary("websocket")])
        texts[CapacityRow.table.fileName] = CapacityRow.table.text(of: [
            row(step: 1, answer: 100, outcome: .neverReached)
        ])
        let folder = try ReportFolder(texts: texts)
        #expect(AnswerSentence.all(folder).first?.contains("is at least 100, the largest that was measured") == true)
        #expect(folder.tableNames.contains("capacity.csv"))
    }
}
