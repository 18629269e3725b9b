import Testing

@testable import ResultFiles

@Suite("Instants in ISO 8601, UTC")
struct UTCInstantTests {
    @Test(
        "an instant is printed and read",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
            (1_000_000_000_000, "2001-09-09T01:46:40.000Z"), (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] as [(Int64, String)]
    )
    func text(milliseconds: Int64, text: String) {
        #expect(UTCInstant(millisecondsSince1970: milliseconds).description == text)
        #expect(UTCInstant(field: text)?.millisecondsSince1970 == milliseconds)
    }

    @Test("every day of 400 years is read back")
    func days() {
        for day in Int64(0)..<146_097 {
            let instant = UTCInstant(millisecondsSince1970: day * 86_400_000)
            #expect(UTCInstant(field: instant.description) == instant)
        }
    }

    @Test("the text for folder names has no colons")
    func compact() {
        #expect(UTCInstant(millisecondsSince1970: 951_782_400_000).compactText == "20000229T000000Z")
    }

    @Test(
        "other forms are refused",
        arguments: [
            "", "2026-01-31", "2026-01-31T12:00:00Z", "2026-02-30T12:00:00.000Z", "2026-01-31T24:00:00.000Z",
            "2026-01-31 12:00:00.000Z", "2026-01-31T12:00:00.000+", "20ü6-01-31T12:00:00.000",
        ]
    )
    func refused(text: String) {
        #expect(UTCInstant(field: text) == nil)
    }
}
