#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Round values for axes, in steps of 1, 2 and 5.
enum Ticks {
    /// From 0 to the first tick at or above `highest`.
    ///
    /// - Parameters:
    ///   - highest: The largest value shown.
    ///   - intervals: Approximate number of steps.
    /// - Returns: 0 and at least one more tick.
    static func linear(to highest: Double, intervals: Int = 5) -> [Double] {
        guard highest > 0, highest.isFinite else { return [0, 1] }
        let rough = highest / Double(intervals)
        let decade = pow(10, floor(log10(rough)))
        let step = decade * ([1, 2, 5].first { $0 * decade >= rough * 0.999_999 } ?? 10)
        // Rounds up with a small tolerance, so that 0.3 / 0.1 is 3 steps and not 4.
        let count = Int(ceil(highest / step - 1e-9))
        return (0...max(count, 1)).map { Double($0) * step }
    }

    /// Round values that enclose a range on a logarithmic axis: steps of 1, 2 and 5 if the range spans at most two
    /// decades, otherwise whole decades.
    static func logarithmic(from lowest: Double, to highest: Double) -> [Double] {
        let decades = Int(floor(log10(lowest) + 1e-9))...Int(ceil(log10(highest) - 1e-9))
        let fine = decades.flatMap { decade in [1.0, 2, 5].map { $0 * pow(10, Double(decade)) } }
        let first = fine.last { $0 <= lowest * 1.000_001 } ?? lowest
        let last = fine.first { $0 >= highest * 0.999_999 } ?? highest
        if last > first && last / first <= 100 { return fine.filter { $0 >= first && $0 <= last } }
        let upper = max(decades.upperBound, decades.lowerBound + 1)
        return (decades.lowerBound...upper).map { pow(10, Double($0)) }
    }
}

/// Maps values to pixels.
enum Scale {
    case linear(from: Double, to: Double, pixels: (Double, Double))
    case logarithmic(from: Double, to: Double, pixels: (Double, Double))

    func position(_ value: Double) -> Double {
        switch self {
        case .linear(let low, let high, let pixels):
            pixels.0 + (value - low) / (high - low) * (pixels.1 - pixels.0)
        case .logarithmic(let low, let high, let pixels):
            pixels.0 + log(max(value, low) / low) / log(high / low) * (pixels.1 - pixels.0)
        }
    }
}

/// An axis: its title and its ticks with positions in pixels.
struct Axis {
    struct Tick {
        let position: Double
        let label: String
    }

    let ticks: [Tick]
    let title: String

    /// The label of a tick on a delay axis: `500 µs`, `1 ms`, `2 s`.
    static func delayLabel(microseconds: Double) -> String {
        if microseconds < 999.5 { return Figure.plain(microseconds) + " µs" }
        if microseconds < 999_500 { return Figure.plain(microseconds / 1_000) + " ms" }
        return Figure.plain(microseconds / 1_000_000) + " s"
    }

    /// The label of a tick on a byte axis; bytes to the left of 0 have no sign.
    static func bytesLabel(_ bytes: Double) -> String {
        bytes.magnitude >= 1_000 ? Figure.fixed(bytes.magnitude, decimals: 0) : Figure.plain(bytes.magnitude)
    }
}
