import Testing

@testable import ResultFiles

@Suite("Strict reading of CSV")
struct CSVReadingTests {
    private let header = "run_id,case_id,repeat,transport,variant,direction,layer,bytes,provenance\n"

    @Test(
        "commas and line ends outside quotes separate fields and records",
        arguments: [
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]), ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("\"a,\"\"b\"\"\r\nc\",d\r\n", [["a,\"b\"\r\nc", "d"]]), (",\r\n", [["", ""]]), ("a,", [["a", ""]]),
            ("\"\",x\n", [["", "x"]]), ("\u{FEFF}a\n", [["a"]]), ("", []), ("\n", [[""]]),
        ] as [(String, [[String]])]
    )
    func records(text: String, expected: [[String]]) throws {
        #expect(try records(in: text).map(\.fields) == expected)
    }

    @Test("a record's line counts the line ends inside quotes")
    func lines() throws {
        #expect(try records(in: "\"1\n2\r\n3\",x\r\ny,z\r\n").map(\.line) == [1, 4])
    }

    @Test(
        "a deviation from RFC 4180 is an error",
        arguments: [
            ("a,b\"c\n", "x.csv:1: a quote is inside a field without quotes"),
            ("a\n\"b\"c\n", "x.csv:2: text follows a closing quote"),
            ("a\n\"b\n\n", "x.csv:2: a quote is not closed"),
            ("a\rb\n", "x.csv:1: a carriage return has no line feed after it"),
            ("a\r", "x.csv:1: a carriage return has no line feed after it"),
            ("\"", "x.csv:1: a quote is not closed"), ("a\nb\0c\n", "x.csv:2: a NUL byte"),
            ("\(String(repeating: "x", count: 65_537))\n", "x.csv:1: a field is longer than 64 KiB"),
            ("\"\(String(repeating: "x", count: 65_537))\"\n", "x.csv:1: a field is longer than 64 KiB"),
        ]
    )
    func malformed(text: String, message: String) {
        let error = #expect(throws: CSVError.self) { try records(in: text) }
        #expect(error?.description == message)
    }

    @Test("a row that stands twice would count twice")
    func twice() {
        let rows = "r,c,1,sse,,up,payload,5,counted\nr,c,2,sse,,up,payload,5,counted\n"
        let error = #expect(throws: CSVError.self) {
            try LayerRow.table.rows(from: header + rows + "r,c,1,sse,x,up,payload,6,counted\n", file: "x.csv")
        }
        #expect(
            error?.description
                == "x.csv:4: the row repeats line 2: run_id, case_id, repeat, direction, layer, provenance are the same"
        )
    }

    @Test("bytes that are not UTF-8 have their line")
    func notText() {
        let bytes = Array((header + "r,c,1,sse,").utf8) + [0xC3, 0x28] + Array(",up,payload,5,counted\n".utf8)
        let error = #expect(throws: CSVError.self) { try LayerRow.table.rows(from: bytes, file: "x.csv") }
        #expect(error?.description == "x.csv:2: the line is not UTF-8 text")
    }

    @Test(
        "an invalid row gives one sentence",
        arguments: [
            ("r,c,1,sse,,up,payload,5\n", "the row has 8 fields; the header has 9"),
            ("\nr,c,1,sse,,up,payload,5,counted\n", "the row has 1 fields; the header has 9"),
            (",c,1,sse,,up,payload,5,counted\n", "run_id is empty; the column needs a value"),
            ("r,c,0,sse,,up,payload,5,counted\n", "repeat is \"0\"; allowed: a whole number of 1 or more"),
            ("r,c,1,sse,,up,payload,-5,counted\n", "bytes is \"-5\"; allowed: a whole number of 0 or more"),
            ("r,c,1,sse,,up,payload,5.0,counted\n", "bytes is \"5.0\"; allowed: a whole number of 0 or more"),
            (
                "r,c,1,sse,,up,payload,9223372036854775807,counted\n",
                "bytes is \"9223372036854775807\"; allowed: at most 14 digits"
            ),
            ("r,c,1,sse,,left,payload,5,counted\n", "direction is \"left\"; allowed: up, down"),
            ("r,c,1,sse,,up,payload,5,guessed\n", "provenance is \"guessed\"; allowed: counted, kernel, estimated"),
        ]
    )
    func wrongRow(row: String, message: String) {
        let error = #expect(throws: CSVError.self) { try LayerRow.table.rows(from: header + row, file: "x.csv") }
        #expect(error?.description == "x.csv:2: \(message)")
    }

    @Test(
        "an invalid header gives one sentence",
        arguments: [
            ("", "the file is empty; a header row is missing"),
            ("run_id,colour\n", "column colour does not belong to layers.csv"),
            ("run_id,case_id\n", "column repeat is missing"),
            (
                "run_id,run_id,case_id,repeat,transport,variant,direction,layer,bytes,provenance\n",
                "a column appears twice"
            ),
        ]
    )
    func wrongHeader(header: String, message: String) {
        let error = #expect(throws: CSVError.self) { try LayerRow.table.rows(from: header, file: "x.csv") }
        #expect(error?.description == "x.csv:1: \(message)")
    }

    @Test("columns may have another order")
    func order() throws {
        let text =
            "bytes,run_id,case_id,repeat,transport,variant,direction,layer,provenance\n7,r,c,1,sse,,up,tls,kernel\n"
        #expect(try LayerRow.table.rows(from: text, file: "x.csv").first?.bytes == 7)
    }

    @Test("numbers in other notations are refused", arguments: ["nan", "inf", "0x10", "1,5", "1 ", "١"])
    func notations(text: String) {
        #expect(Double(field: text) == nil)
    }

    private func records(in text: String) throws(CSVError) -> [CSVRecords.Record] {
        var reader = CSVRecords(text, file: "x.csv")
        var records: [CSVRecords.Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    @Test(
        "empty lines at the end, as spreadsheets write them, are not rows",
        arguments: ["\r\n", "\n\n\n", ",,,,,,,,\r\n", "\r\n,,,,,,,,"])
    func emptyLastLines(end: String) throws {
        let row = "r,c,1,sse,,up,payload,5,counted\r\n"
        let rows = try LayerRow.table.rows(from: LayerRow.table.header + row + end, file: "layers.csv")
        #expect(rows.count == 1)
        #expect(rows.first?.bytes == 5)
    }

    @Test(
        "booleans in upper and lower case",
        arguments: [("TRUE", true), ("True", true), ("FALSE", false), ("true", true)])
    func booleans(text: String, value: Bool) {
        #expect(Bool(field: text) == value)
        #expect(Bool(field: "yes") == nil)
    }
}
