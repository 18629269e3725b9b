import Measurement
import Testing

@testable import Lab

@Suite("The progress line fits the terminal")
struct ProgressTextTests {
    private func line(columns: Int) -> String {
        ProgressText.line(
            share: 0.5, place: "1/6", left: .seconds(12),
            label: "synthetic-5-per-s-128B · 3-clients · short-poll interval-250ms", columns: columns)
    }

    @Test(
        "it is narrower than the terminal, whatever its width", arguments: [0, 1, 2, 10, 16, 18, 20, 40, 80, 110, 500])
    func widths(columns: Int) {
        #expect(line(columns: columns).count <= max(0, columns - 1))
    }

    @Test("the label is cut first, then the bar, then the figures")
    func order() {
        #expect(
            line(columns: 200).hasSuffix(
                "1/6 0:12 left  synthetic-5-per-s-128B · 3-clients · short-poll interval-250ms"))
        #expect(line(columns: 80).hasSuffix("1/6 0:12 left  synthetic-5-per-s-128B · 3-clients ·…"))
        #expect(line(columns: 80).count == 79)
        #expect(line(columns: 30) == "[███████······] 1/6 0:12 left")
        #expect(line(columns: 15) == "1/6 0:12 left")
    }
}
