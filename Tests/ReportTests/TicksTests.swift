import Testing

@testable import Report

@Suite("Ticks of axes")
struct TicksTests {
    @Test(
        "linear ticks have steps of 1, 2 or 5 and include the largest value",
        arguments: [
            (91, [0, 20, 40, 60, 80, 100]), (100, [0, 20, 40, 60, 80, 100]), (101, [0, 50, 100, 150]),
            (5, [0, 1, 2, 3, 4, 5]), (0, [0, 1]), (12_345, [0, 5_000, 10_000, 15_000]),
        ] as [(Double, [Double])])
    func linear(highest: Double, ticks: [Double]) {
        #expect(Ticks.linear(to: highest) == ticks)
    }

    @Test("steps below 1 have no rounding errors")
    func fractions() throws {
        let ticks = Ticks.linear(to: 0.3, intervals: 3)
        #expect(ticks.map(Figure.plain) == ["0", "0.1", "0.2", "0.3"])
    }

    @Test(
        "logarithmic ticks: 1, 2, 5 for up to two decades, otherwise whole decades",
        arguments: [
            (150, 900, [100, 200, 500, 1_000]), (100, 10_000, [100, 200, 500, 1_000, 2_000, 5_000, 10_000]),
            (400, 2_000_000, [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000]), (1, 1, [1, 10]),
        ] as [(Double, Double, [Double])])
    func logarithmic(lowest: Double, highest: Double, expected: [Double]) {
        let ticks = Ticks.logarithmic(from: lowest, to: highest)
        #expect(ticks.count == expected.count)
        #expect(zip(ticks, expected).allSatisfy { abs($0 - $1) < $1 * 1e-9 })
    }

    @Test(
        "labels of delay ticks", arguments: [(500, "500 µs"), (1_000, "1 ms"), (1_000_000, "1 s"), (5_000_000, "5 s")])
    func labels(microseconds: Int, label: String) {
        #expect(Axis.delayLabel(microseconds: Double(microseconds)) == label)
    }

    @Test("a value below a logarithmic axis is drawn at its start")
    func belowAxis() {
        let scale = Scale.logarithmic(from: 1, to: 100, pixels: (10, 30))
        #expect(scale.position(0) == 10)
        #expect(abs(scale.position(10) - 20) < 1e-9)
    }
}
