import Feed
import Testing

@testable import Transports

@Suite("Items of another format")
struct ForeignItemTests {
    private static func read(_ item: String, _ form: ForeignForm) throws -> ForeignItem {
        let reader = try ForeignItemReader(form)
        return try Array(item.utf8).withUnsafeBytes { try reader.item(in: $0) }
    }

    private static let timed = ForeignForm(
        sequence: .pointer("/meta/seq"), sentAt: .pointer("/t"), unit: .milliseconds)

    @Test(
        "sequence and time are read from JSON numbers and strings",
        arguments: [
            ("{\"meta\":{\"seq\":7},\"t\":1700000000123}", 7, 1_700_000_000_123_000_000),
            ("{\"t\":\"1700000000123.5\",\"meta\":{\"seq\":\"7\"}}", 7, 1_700_000_000_123_500_000),
            ("{\"t\":1.7e12,\"meta\":{\"seq\":0}}", 0, 1_700_000_000_000_000_000),
            ("{\"t\":0,\"meta\":{\"seq\":281474976710656}}", 1 << 48, 0),
            (" {\"t\":\"\\u0031\",\"meta\":{\"seq\":\"\\u0030012\"}} ", 12, 1_000_000),
        ] as [(String, UInt64, Int64)])
    func pointers(item: String, sequence: UInt64, sent: Int64) throws {
        #expect(try Self.read(item, Self.timed) == ForeignItem(sequence: sequence, sentNanoseconds: sent))
    }

    @Test(
        "a pattern's first group is the number, wherever it is in the item",
        arguments: [
            ("id=([0-9]+)", "x id=12; id=13", 12), ("^(\\d+)", "12,abc", 12), ("(?:a|b)(\\d+)", "a12", 12),
            ("(?<n>\\d+)$", "x\ny 12", 12), ("é(\\d+)", "é12", 12), ("(\\d+)", "12\u{301}", 12),
        ] as [(String, String, UInt64)])
    func patterns(pattern: String, item: String, sequence: UInt64) throws {
        let form = ForeignForm(sequence: .pattern(pattern))
        #expect(try Self.read(item, form) == ForeignItem(sequence: sequence))
    }

    @Test("a time can be a decimal number of any unit")
    func units() throws {
        for (unit, text) in [
            (.seconds, "1700000000.000000001"), (.milliseconds, "1700000000000.000001"),
            (.microseconds, "1700000000000000.001"), (.nanoseconds, "1700000000000000001"),
        ] as [(ForeignForm.TimeUnit, String)] {
            let form = ForeignForm(sentAt: .pattern("t=([0-9.]+)"), unit: unit)
            #expect(
                try Self.read("t=\(text) ms", form) == ForeignItem(sentNanoseconds: 1_700_000_000_000_000_001))
        }
    }

    @Test("a form without fields reads anything")
    func empty() throws {
        #expect(try Self.read("\u{0}", ForeignForm()) == ForeignItem())
    }

    @Test(
        "an item without a field is a fault, in one sentence",
        arguments: [
            ("hello", "the server sent an item that cannot be read: it is not JSON from byte 0 on: 'hello'"),
            ("{\"t\":1}", "the server sent an item without a sequence: there is no '/meta/seq' in '{\"t\":1}'"),
            (
                "{\"meta\":{\"seq\":1}}",
                "the server sent an item without a time: there is no '/t' in '{\"meta\":{\"seq\":1}}'"
            ),
            (
                "{\"meta\":{\"seq\":-1}}",
                "the server sent an item with a wrong sequence ('/meta/seq'); allowed is a whole number up to "
                    + "281474976710656: '{\"meta\":{\"seq\":-1}}'"
            ),
            (
                "{\"meta\":{\"seq\":null}}",
                "the server sent an item with a wrong sequence ('/meta/seq'); allowed is a number: "
                    + "'{\"meta\":{\"seq\":null}}'"
            ),
            (
                "{\"meta\":{\"seq\":1},\"t\":1e30}",
                "the server sent an item with a wrong time ('/t'); allowed is a number of ms since 1970, up to the "
                    + "year 2099: '{\"meta\":{\"seq\":1},\"t\":1e30}'"
            ),
        ] as [(String, String)])
    func faults(item: String, sentence: String) {
        #expect(throws: ForeignItemFault(sentence)) { try Self.read(item, Self.timed) }
    }

    @Test(
        "a sequence is a whole number up to the limit",
        arguments: [
            "281474976710657", "1.0", "1e3", "-1", "+1", "", "a", "00000000000000000001", "18446744073709551616",
        ])
    func wrongSequences(text: String) {
        let form = ForeignForm(sequence: .pointer(""))
        #expect(throws: ForeignItemFault.self) { try Self.read("\"\(text)\"", form) }
    }

    @Test("a sentence shows 60 characters of the item, printable ones")
    func excerpt() {
        let form = ForeignForm(sequence: .pattern("seq=(\\d+)"))
        let item = "\u{1b}[2Jé" + String(repeating: "x", count: 1_000)
        let shown = "?[2J?" + String(repeating: "x", count: 55)
        #expect(
            throws: ForeignItemFault(
                "the server sent an item without a sequence: 'seq=(\\d+)' does not match '\(shown)'")
        ) { try Self.read(item, form) }
    }

    @Test("only the first 64 KiB of an item are searched, and bytes that are not UTF-8 do no harm")
    func longItem() throws {
        let form = ForeignForm(sequence: .pattern("=(\\d+)"))
        let padding = String(repeating: "x", count: ItemPattern.searchedBytes)
        #expect(throws: ForeignItemFault.self) { try Self.read(padding + "=1", form) }
        #expect(try Self.read(String(padding.dropLast(2)) + "=1", form) == ForeignItem(sequence: 1))
        let reader = try ForeignItemReader(form)
        let bytes: [UInt8] = [0xff, 0xc3, UInt8(ascii: "="), UInt8(ascii: "5")]
        #expect(try bytes.withUnsafeBytes { try reader.item(in: $0) } == ForeignItem(sequence: 5))
    }

    @Test(
        "a path that is neither a pattern with a group nor a pointer is refused, in one sentence",
        arguments: [
            ("id=[0-9]+", "the pattern 'id=[0-9]+' has no group; put the number in parentheses, as in id=([0-9]+)"),
            ("a\\(b", "the pattern 'a\\(b' has no group; put the number in parentheses, as in id=([0-9]+)"),
            ("[(]", "the pattern '[(]' has no group; put the number in parentheses, as in id=([0-9]+)"),
            ("(?:a)", "the pattern '(?:a)' has no group; put the number in parentheses, as in id=([0-9]+)"),
            ("(?<=a)", "the pattern '(?<=a)' has no group; put the number in parentheses, as in id=([0-9]+)"),
            (
                "(a", "'(a' is not a regular expression; allowed is the syntax of Perl, or a JSON Pointer such as /id"
            ),
            ("/~2", "'/~2' is not a JSON Pointer; in a name, ~0 means ~ and ~1 means /"),
        ])
    func invalidPaths(path: String, sentence: String) {
        #expect(throws: ForeignFormFault(sentence)) {
            try ForeignItemReader(ForeignForm(sequence: ItemFieldPath(path)))
        }
    }

    @Test(
        "a decimal number becomes exact nanoseconds, or is refused",
        arguments: [
            ("0", 0), ("000", 0), ("1", 1_000_000_000), ("1.5", 1_500_000_000), ("0.000000001", 1),
            ("0.0000000019", 1), ("0.0000000009", 0), ("1700000000.123456789", 1_700_000_000_123_456_789),
            ("1.7e9", 1_700_000_000_000_000_000), ("17E+8", 1_700_000_000_000_000_000),
            ("17000000000e-1", 1_700_000_000_000_000_000), ("1e-400", 0), ("0e999999999", 0),
            ("4102444799.999999999", 4_102_444_799_999_999_999), ("4102444800", nil), ("9007199254740993", nil),
            ("1e400", nil), ("1e9999999999", nil), ("", nil), ("-1", nil), ("+1", nil), ("1.", nil), (".5", nil),
            ("1e", nil), ("1 ", nil), ("0x1", nil), ("١", nil), ("1.7e9x", nil),
        ] as [(String, Int64?)])
    func times(text: String, nanoseconds: Int64?) {
        #expect(DecimalTime.nanoseconds(text, unit: .seconds) == nanoseconds)
    }

    @Test("a number of more digits than a time can have is refused or exact")
    func manyDigits() {
        let nines = String(repeating: "9", count: 30)
        #expect(DecimalTime.nanoseconds("0." + nines, unit: .seconds) == 999_999_999)
        #expect(DecimalTime.nanoseconds("0." + nines + nines, unit: .seconds) == nil)
        #expect(DecimalTime.nanoseconds(nines, unit: .nanoseconds) == nil)
        #expect(DecimalTime.nanoseconds("9007199254740993", unit: .nanoseconds) == 9_007_199_254_740_993)
        let zeros = String(repeating: "0", count: 60_000)
        #expect(DecimalTime.nanoseconds(zeros + "5", unit: .nanoseconds) == 5)
        #expect(DecimalTime.nanoseconds("0." + zeros + "5", unit: .seconds) == 0)
    }
}
