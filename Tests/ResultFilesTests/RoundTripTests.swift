import Testing

@testable import ResultFiles

@Suite("Written files are read back equal")
struct RoundTripTests {
    @Test("a summary with every column filled")
    func summary() throws {
        let full = try filled(SummaryRow.table)
        #expect(SummaryRow.table.columns.count == 118)
        try expectRoundTrip(SummaryRow.table, [full])
    }

    @Test("layers, timelines and claims with every column filled")
    func others() throws {
        try expectRoundTrip(LayerRow.table, [try filled(LayerRow.table)])
        try expectRoundTrip(TimelineRow.table, [try filled(TimelineRow.table)])
        try expectRoundTrip(ClaimRow.table, [try filled(ClaimRow.table)])
    }

    @Test("a summary with empty optional columns")
    func sparse() throws {
        var row = try filled(SummaryRow.table)
        row.variant = ""
        row.latencyP99Microseconds = nil
        row.published = nil
        row.valid = nil
        row.startedAt = nil
        row.invalidReason = nil
        var next = row
        next.repetition += 1
        try expectRoundTrip(SummaryRow.table, [row, next])
    }

    @Test("no rows", arguments: [0])
    func none(count: Int) throws {
        try expectRoundTrip(LayerRow.table, [])
    }

    @Test("text that needs quotes")
    func quotes() throws {
        var row = try filled(SummaryRow.table)
        row.invalidReason = "schedule lag 12 ms, \"late\"\r\nsecond line\nthird, ü"
        try expectRoundTrip(SummaryRow.table, [row])
    }

    @Test("a seed above the signed range")
    func largeSeed() throws {
        var row = try filled(SummaryRow.table)
        row.seed = .max
        try expectRoundTrip(SummaryRow.table, [row])
    }

    private func expectRoundTrip<Row: CSVRow>(_ table: CSVTable<Row>, _ rows: [Row]) throws {
        let text = table.text(of: rows)
        #expect(try table.rows(from: text, file: table.fileName) == rows)
    }

    /// A row with a different value in each column, made from the schema, so that new columns are tested too.
    private func filled<Row: CSVRow>(_ table: CSVTable<Row>) throws -> Row {
        let texts = table.columns.enumerated().map { index, column in
            if let value = column.constraints.values.first { return value }
            return switch column.kind {
            case .string: "text \(index)"
            case .integer: "\(index + 1)"
            case .number: column.constraints.maximum == nil ? "\(index + 1).125" : "0.\(index + 1)"
            case .boolean: index.isMultiple(of: 2) ? "true" : "false"
            case .datetime: "2026-01-31T12:00:00.\(100 + index)Z"
            }
        }
        let text = table.header + CSVLine.text(texts)
        let row = try #require(try table.rows(from: text, file: "made").first)
        // Fails if two columns share a property.
        #expect(table.text(of: [row]) == text)
        return row
    }
}
