import Measurement

/// A regular expression for the texts of a quantity within bounds.
///
/// It accepts each text that `Quantity.init(quantity:in:)` reads. It also accepts a few others: numbers of more than 18
/// digits, and a bound that needs more than 6 digits in a unit is rounded outwards.
struct QuantityPattern: Sendable, Equatable {
    /// Without anchors, which is to be put in a group.
    let text: String

    init<Value: Raisable>(_ range: ClosedRange<Value>) {
        let units = Value.units.compactMap { unit -> String? in
            guard let size = (try? Value(quantity: "1\(unit)"))?.magnitudeInUnit else { return nil }
            let low = Self.decimal(range.lowerBound.magnitudeInUnit / size, rounding: .down)
            let high = Self.decimal(range.upperBound.magnitudeInUnit / size, rounding: .up)
            let decimals = Value.resolution.map { Self.decimals(size / $0) }
            return "(?:\(DecimalPattern.text(from: low, to: high, decimals: decimals))) ?\(Self.spellings(unit))"
        }
        text = units.joined(separator: "|")
    }

    /// - Returns: `nil` if the values are not numbers with a unit.
    init?<Value>(_ field: BoundedField<Value>) {
        func pattern<Number: Raisable>(_ type: Number.Type) -> QuantityPattern? {
            (field as? BoundedField<Number>).map { QuantityPattern($0.range) }
        }
        guard !Value.units.isEmpty, let type = Value.self as? any Raisable.Type, let found = pattern(type) else {
            return nil
        }
        self = found
    }

    /// Both characters for micro are read.
    static func spellings(_ unit: String) -> String { unit == "us" ? "[uµμ]s" : unit }

    /// A ratio of two numbers with up to 13 digits as a decimal: exact, or with 6 digits if it does not end.
    private static func decimal(_ ratio: Double, rounding: FloatingPointRoundingRule) -> String {
        if ratio == 0 { return "0" }
        let exact = scaled(ratio, to: 1e12)
        let nearest = exact.number.rounded()
        if abs(nearest - exact.number) <= exact.number * 1e-15 { return pointed(nearest, exact.places) }
        let short = scaled(ratio, to: 1e5)
        return pointed(short.number.rounded(rounding), short.places)
    }

    /// A number times the power of ten that makes it at least as large as another one.
    private static func scaled(_ number: Double, to least: Double) -> (number: Double, places: Int) {
        var (power, places) = (1.0, 0)
        while number * power < least { (power, places) = (power * 10, places + 1) }
        return (number * power, places)
    }

    private static func pointed(_ number: Double, _ places: Int) -> String {
        let digits = String(Int(number))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return places == 0 ? padded : "\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    /// Digits after the point that a number of this many smallest parts can have: 0.5 KiB are whole bytes, 0.1 KiB not.
    private static func decimals(_ parts: Double) -> Int {
        func exponent(of factor: Int, in number: Int) -> Int {
            var (rest, count) = (number, 0)
            while rest > 0, rest.isMultiple(of: factor) { (rest, count) = (rest / factor, count + 1) }
            return count
        }
        let whole = Int(parts.rounded())
        return max(exponent(of: 2, in: whole), exponent(of: 5, in: whole))
    }
}

extension Raisable {
    /// The smallest difference between two values; `nil` without one.
    fileprivate static var resolution: Double? {
        switch Self.self {
        case is Duration.Type: 1e-9
        case is ByteCount.Type, is BitRate.Type: 1
        case is Percentage.Type: 1e-7
        default: nil
        }
    }
}
