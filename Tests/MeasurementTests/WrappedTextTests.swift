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

    @Test("indents count towards the width")
    func indents() {
        #expect(WrappedText.lines("one two three", columns: 9, indent: 2, hanging: 2) == ["  one two", "    three"])
        #expect(WrappedText.lines("", columns: 9) == [""])
    }
}
