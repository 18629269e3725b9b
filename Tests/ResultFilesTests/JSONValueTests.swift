import Testing

@testable import ResultFiles

@Suite("JSON for programs")
struct JSONValueTests {
    @Test("fields keep their order, numbers their digits, and texts are escaped as RFC 8259 asks")
    func text() {
        let value: JSONValue = [
            "b": .number("18446744073709551615"), "a": ["x", .null, .flag(true)],
            "quote \"\\": "tab\tline\nbell\u{7}é😀", "none": [], "ratio": .number(0.1), "nan": .number(Double.nan),
        ]
        #expect(
            value.text(isOneLine: true)
                == #"{"b": 18446744073709551615, "a": ["x", null, true], "quote \"\\": "tab\tline\nbell\u0007é😀", "#
                + #""none": [], "ratio": 0.1, "nan": null}"#)
    }

    @Test("otherwise what fits in 120 columns is on one line, and the rest is indented by two spaces")
    func indented() {
        let long = String(repeating: "x", count: 107)
        let value: JSONValue = [
            "a": [.number(1), ["b": "c"]], "d": [["e": .string(long)], ["e": .string(long + "x")]],
        ]
        #expect(
            value.text() == """
                {
                  "a": [1, {"b": "c"}],
                  "d": [
                    {"e": "\(long)"},
                    {
                      "e": "\(long)x"
                    }
                  ]
                }
                """)
    }

    @Test("a row has its columns with their types; a missing value is null")
    func row() {
        var row = CheckRow()
        (row.runID, row.values, row.repeats) = ("r", "", 3)
        let json = CheckRow.table.json(of: row)
        #expect(json["run_id"] == "r")
        #expect(json["values"] == .null)
        #expect(json["repeats"] == .number(3))
        var summary = SummaryRow()
        summary.seed = .max
        summary.valid = false
        #expect(SummaryRow.table.json(of: summary)["seed"] == .number("18446744073709551615"))
        #expect(SummaryRow.table.json(of: summary)["valid"] == .flag(false))
    }
}
