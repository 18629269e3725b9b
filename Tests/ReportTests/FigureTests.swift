import Testing

@testable import Report

@Suite("Figures")
struct FigureTests {
    @Test(
        "three significant digits after rounding",
        arguments: [
            (0, "0"), (6.1, "6.10"), (9.994, "9.99"), (9.996, "10.0"), (99.94, "99.9"), (99.96, "100"), (312, "312"),
            (999.4, "999"), (12_345, "12,345"), (0.25, "0.250"), (0.012_34, "0.0123"), (-6.1, "−6.10"),
        ] as [(Double, String)])
    func significant(value: Double, text: String) {
        #expect(Figure.significant(value) == text)
    }

    @Test(
        "a delay has the unit that keeps it below 1,000",
        arguments: [
            (0, "0 µs"), (6, "6 µs"), (6.5, "6.5 µs"), (410, "410 µs"), (999.4, "999 µs"), (999.6, "1.00 ms"),
            (1_203, "1.20 ms"), (498_000, "498 ms"), (999_600, "1.00 s"), (25_000_000, "25.0 s"),
            (-20.5, "−20.5 µs"),
        ] as [(Double, String)])
    func delay(microseconds: Double, text: String) {
        #expect(Figure.delay(microseconds: microseconds) == text)
    }

    @Test("counts", arguments: [(0, "0"), (999, "999"), (12_000, "12,000"), (-1_234_567, "−1,234,567")])
    func count(value: Int, text: String) {
        #expect(Figure.count(value) == text)
    }
}
