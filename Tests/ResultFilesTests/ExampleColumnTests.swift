import Testing

@testable import ResultFiles

// example: add-a-column

/// One row per run: a row of `queues.csv`.
struct QueueRow: CSVRow {
    var runID = ""
    // Optional: what is missing is an empty field, never 0.
    var longestQueueBytes: Int?

    static let table = CSVTable<QueueRow>(
        fileName: "queues.csv", summary: "One row per run.", key: ["run_id"], fields: identity + queues)

    static let identity: [CSVField<QueueRow>] = [.always("run_id", \.runID, "The run's name.")]

    static let queues: [CSVField<QueueRow>] = [
        .maybe(
            "queue_longest_bytes", \.longestQueueBytes, unit: "bytes", within: .fromZero,
            empty: "the file is older than the column",
            "Largest number of bytes that one connection had not sent yet."
        ).addedLater
    ]
}

// end of example

@Suite("The example of Sources/README.md: a CSV column")
struct ExampleColumnTests {
    @Test("a value is written and read back")
    func roundTrip() throws {
        var row = QueueRow()
        row.runID = "a"
        row.longestQueueBytes = 4_096
        let text = QueueRow.table.text(of: [row])
        #expect(text == "run_id,queue_longest_bytes\r\na,4096\r\n")
        #expect(try QueueRow.table.rows(from: text, file: "queues.csv") == [row])
    }

    @Test("a file without the column is read, its value is missing")
    func olderFile() throws {
        let rows = try QueueRow.table.rows(from: "run_id\na\n", file: "queues.csv")
        #expect(rows.map(\.runID) == ["a"])
        #expect(rows.map(\.longestQueueBytes) == [nil])
    }

    @Test("a value outside the column's bounds is an error with file and line")
    func bounds() {
        let error = #expect(throws: CSVError.self) {
            try QueueRow.table.rows(from: "run_id,queue_longest_bytes\na,1\nb,-1\n", file: "queues.csv")
        }
        #expect(error?.line == 3)
        #expect(error?.message.hasPrefix("queue_longest_bytes is ") == true)
    }

    @Test("the row of the documentation is made from the column")
    func documentation() throws {
        let row = try #require(ResultTable(QueueRow.table).markdown.last)
        #expect(row.hasPrefix("| `queue_longest_bytes` | integer | bytes | Largest number of bytes "))
        #expect(row.hasSuffix(" | the file is older than the column |"))
    }
}
