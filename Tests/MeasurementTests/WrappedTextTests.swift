import Measurement
import Testing

@Suite("Lines broken between words")
struct WrappedTextTests {
    @Test(
        "lines are not wider than allowed, and words stay whole",
        arguments: [
            (9, ["one two", "three"]), (7, ["one two", "three"]), (6, ["one", "two", "three"]),
            (13, ["one two three"]), (2, ["one", "two", "three"]),
        ])
    func widths(columns: Int, lines: [String]) {
        #expect(WrappedText.lines("one two three", columns: columns) == lines)
    }

    @Test("a number and its unit stay together, on lines and, with no-break spaces, on pages")
    func units() {
        let text = "p50 (6.46 ms to 8.80 ms), 95 % of 2.5 kB/s, 7 times"
        #expect(
            WrappedText.lines(text, columns: 20) == [
                "p50 (6.46 ms to", "8.80 ms), 95 % of", "2.5 kB/s, 7 times",
            ])
        #expect(UnitSpace.unbroken(text).split(separator: "\u{A0}").count == 5)
        for text in ["", " ", "  5  ms ", "ms 5", "a 5 ms"] {
            #expect(String(UnitSpace.unbroken(text).map { $0 == "\u{A0}" ? " " : $0 }) == text)
            let words = WrappedText.lines(text, columns: 3).joined(separator: " ").split(separator: " ")
            #expect(words == text.split(separator: " "))
        }
    }

    @Test("indents count towards the width")
    func indents() {
        #expect(WrappedText.lines("one two three", columns: 9, indent: 2, hanging: 2) == ["  one two", "    three"])
        #expect(WrappedText.lines("", columns: 9) == [""])
    }
}
