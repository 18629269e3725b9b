import ResultFiles

/// Formats numbers for people. The text does not depend on the locale.
package enum Figure {
    /// The text for a missing value.
    package static let missing = "–"

    /// Three significant digits, but all digits before the decimal point: `6.10`, `312`, `12,345`.
    package static func significant(_ value: Double) -> String {
        guard value.isFinite else { return missing }
        guard value.magnitude >= 0.000_000_5 else { return "0" }
        // If rounding adds a digit before the decimal point, use one decimal less: 9.996 is 10.0, not 10.00.
        let limits: [(Double, Int)] = [
            (0.000_999_5, 6), (0.009_995, 5), (0.099_95, 4), (0.999_5, 3), (9.995, 2), (99.95, 1),
        ]
        let decimals = limits.first { value.magnitude < $0.0 }?.1 ?? 0
        return fixed(value, decimals: decimals)
    }

    /// A whole number with commas between thousands.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return (value < 0 ? "−" : "") + grouped
    }

    static func count(_ value: Int?) -> String { value.map(count) ?? missing }

    /// A delay in µs, ms or s: `410 µs`, `1.20 ms`. Histograms hold whole microseconds, so µs get no extra decimals.
    package static func delay(microseconds: Double) -> String {
        if microseconds < 0 { return "−" + delay(microseconds: -microseconds) }
        if microseconds < 99.95 { return (microseconds.fieldText(decimals: 1) ?? missing) + " µs" }
        if microseconds < 999.5 { return significant(microseconds) + " µs" }
        if microseconds < 999_500 { return significant(microseconds / 1_000) + " ms" }
        return significant(microseconds / 1_000_000) + " s"
    }

    package static func delay(microseconds: Double?) -> String {
        microseconds.map { delay(microseconds: $0) } ?? missing
    }

    /// Bytes per item, or another mean: three significant digits.
    package static func mean(_ value: Double?) -> String { value.map(significant) ?? missing }

    /// A value without trailing zeros: `1 s`, `2.5 s`.
    static func plain(_ value: Double) -> String { value.fieldText(decimals: 3) ?? missing }

    /// `1 client`, `100 clients`.
    package static func counted(_ count: Int, _ noun: String) -> String {
        "\(Self.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// `a`, `a and b`, `a, b and c`.
    package static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }

    /// A value with the unit of its column: `1.24 ms`, `312 B`.
    static func measured(_ value: Double, unit: String?) -> String {
        switch unit {
        case "us": delay(microseconds: value)
        case "ms": delay(microseconds: value * 1_000)
        case "s": delay(microseconds: value * 1_000_000)
        case "bytes": "\(significant(value)) B"
        case "bytes/s": "\(significant(value)) B/s"
        case let unit?: "\(significant(value)) \(unit)"
        case nil: significant(value)
        }
    }

    /// At most this many parts, the last of them the number of the others: `a, b and 7 more`.
    static func list(_ parts: [String], most: Int) -> String {
        if parts.count <= most { return list(parts) }
        return list(parts.prefix(most - 1) + ["\(count(parts.count - most + 1)) more"])
    }

    /// A fixed number of decimals, with commas between thousands.
    static func fixed(_ value: Double, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 9e15 else { return value.description }
        let digits = String(Int64(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let whole = count(Int(padded.dropLast(decimals)) ?? 0)
        let sign = value < 0 && scaled > 0 ? "−" : ""
        return sign + whole + (decimals > 0 ? "." + padded.suffix(decimals) : "")
    }
}
