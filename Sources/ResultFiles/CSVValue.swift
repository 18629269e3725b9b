/// A value in a field of a result file. Its text does not depend on the locale.
protocol CSVValue: Sendable, Equatable {
    static var kind: CSVColumn.Kind { get }

    /// Reads a field that is not empty; `nil` if it is not such a value.
    init?(field: String)

    /// - Returns: `nil` if the value is missing.
    func fieldText(decimals: Int) -> String?
}

extension String: CSVValue {
    static let kind = CSVColumn.Kind.string

    init?(field: String) { self = field }

    func fieldText(decimals: Int) -> String? { self }
}

extension Int: CSVValue {
    static let kind = CSVColumn.Kind.integer

    /// No count or size of a run is near this; sums of many rows stay far below the largest `Int`.
    static let largest = 99_999_999_999_999

    /// At most 14 digits.
    init?(field: String) {
        guard let value = Int(field, radix: 10), (-Self.largest...Self.largest).contains(value) else { return nil }
        self = value
    }

    func fieldText(decimals: Int) -> String? { String(self) }
}

extension UInt64: CSVValue {
    static let kind = CSVColumn.Kind.integer

    init?(field: String) { self.init(field, radix: 10) }

    func fieldText(decimals: Int) -> String? { String(self) }
}

extension Bool: CSVValue {
    static let kind = CSVColumn.Kind.boolean

    /// Ignores case: spreadsheets write `TRUE`, Python writes `True`.
    init?(field: String) { self.init(field.lowercased()) }

    func fieldText(decimals: Int) -> String? { String(self) }
}

extension Double: CSVValue {
    package static let kind = CSVColumn.Kind.number

    package init?(field: String) {
        let isDecimal = field.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
        guard isDecimal, let value = Double(field), value.isFinite else { return nil }
        self = value
    }

    /// At most `decimals` decimals, no exponent and no trailing zeros; `nil` if the number is not finite.
    package func fieldText(decimals: Int) -> String? {
        guard isFinite else { return nil }
        let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
        let scaled = (self * scale).rounded()
        guard scaled.magnitude < 9e15 else { return description }
        let digits = String(Int64(scaled.magnitude))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        var fraction = padded.suffix(decimals)
        while fraction.last == "0" { fraction.removeLast() }
        let sign = scaled < 0 ? "-" : ""
        return sign + padded.dropLast(decimals) + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// At least this many significant digits, so that only 0 is `0`; no exponent from 1e-16 on.
    package func fieldText(digits: Int) -> String? {
        guard self != 0, isFinite else { return fieldText(decimals: digits) }
        var (decimals, value) = (digits - 1, magnitude)
        while value < 1, decimals < digits + 15 { (decimals, value) = (decimals + 1, value * 10) }
        return value < 1 ? description : fieldText(decimals: decimals)
    }
}
