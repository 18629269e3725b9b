import Link
import Measurement
import Testing

@testable import Scenario

@Suite("Regular expressions of numbers and quantities")
struct DecimalPatternTests {
    /// Texts with up to two decimals, so that each bound has neighbours on both sides.
    private static let numbers = (0...13_000).map { "\($0 / 100).\($0 % 100 / 10)\($0 % 10)" }

    @Test(
        "the numbers from one bound to another, and no others",
        arguments: [
            ("0", "100"), ("20", "99"), ("7", "120"), ("0.05", "0.5"), ("0.5", "1"), ("9.99", "100.01"), ("3", "3"),
            ("0", "0"), ("1.25", "1.75"), ("10", "11"), ("99", "101"),
        ])
    func bounds(low: String, high: String) throws {
        let pattern = try Regex("(?:\(DecimalPattern.text(from: low, to: high, decimals: nil)))")
        let (least, most) = try (#require(Double(low)), #require(Double(high)))
        for text in Self.numbers {
            let number = try #require(Double(text))
            let isIn = try pattern.wholeMatch(in: text) != nil
            #expect(isIn == (least...most).contains(number), "\(text)")
        }
        for text in ["", ".5", "5.", "-1", "1e1", "1 "] { #expect(try pattern.wholeMatch(in: text) == nil) }
    }

    @Test("zeros before and behind a number do not change it")
    func zeros() throws {
        let pattern = try Regex("(?:\(DecimalPattern.text(from: "0.5", to: "20", decimals: 1)))")
        for text in ["0020", "20.00", "000.50", "7.10"] { #expect(try pattern.wholeMatch(in: text) != nil, "\(text)") }
        for text in ["7.11", "0.49", "20.01"] { #expect(try pattern.wholeMatch(in: text) == nil, "\(text)") }
    }

    @Test("a quantity's bounds hold in every unit, and only whole parts of the smallest one are allowed")
    func quantities() throws {
        try check(
            LinkBounds.bandwidth, right: ["1000bit/s", "1 kbit/s", "0.001Mbit/s", "100Gbit/s", "0.000001Gbit/s"],
            wrong: ["999bit/s", "0.999kbit/s", "1000.5bit/s", "100.1Gbit/s", "100000000001bit/s", "1Tbit/s", "1000"])
        try check(
            ByteCount(bytes: 20)...ByteCount(bytes: 1_048_576),
            right: ["20B", "0.02kB", "1MiB", "1024KiB", "1048.576kB", "1.048576MB", "0.5KiB", "0.0009765625GiB"],
            wrong: ["19B", "1048577B", "1.048577MB", "1024.5KiB", "0.001GiB", "0.01kB", "20.5B"])
        try check(
            Duration.milliseconds(1) ... .seconds(3_600),
            right: ["1ms", "1000us", "1000µs", "1h", "60min", "0.5h", "3600.000s", "1000000ns", "0.00002min"],
            wrong: ["0s", "999us", "3600.000000001s", "60.1min", "1.01h", "1000000.5ns", "0.00001min"])
        try check(
            ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 100_000, per: .seconds(1)),
            right: ["1/min", "60/h", "100000/s", "0.02/s", "2.5/s", "6000000/min"],
            wrong: ["0/s", "0.01/s", "0.99/min", "59/h", "100000.1/s"])
        try check(LinkBounds.loss, right: ["0%", "50%", "0.05 %"], wrong: ["50.1%", "-1%", "0.00000001%", "1"])
    }

    private func check<Value: Raisable>(_ range: ClosedRange<Value>, right: [String], wrong: [String]) throws {
        let pattern = try Regex("(?:\(QuantityPattern(range).text))")
        for text in right {
            #expect(try pattern.wholeMatch(in: text) != nil, "\(text)")
            #expect(throws: Never.self) { try Value(quantity: text, in: range) }
        }
        for text in wrong {
            #expect(try pattern.wholeMatch(in: text) == nil, "\(text)")
            #expect(throws: QuantityError.self) { try Value(quantity: text, in: range) }
        }
    }
}
