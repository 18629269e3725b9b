/// A count: `100`, without unit, sign or separators.
extension Quantity where Self: FixedWidthInteger {
    package static var quantityName: String { "whole number" }
    package static var units: [String] { [] }

    package init(quantity text: String) throws(QuantityError) {
        if text.isEmpty { throw QuantityError(.empty, seen: text, as: Self.self) }
        let digits = text.first == "-" ? text.dropFirst() : Substring(text)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            throw QuantityError(.notANumber, seen: text, as: Self.self)
        }
        if text.first == "-" { throw QuantityError(.tooSmall, seen: text, as: Self.self) }
        guard let value = Self(text) else { throw QuantityError(.tooLarge, seen: text, as: Self.self) }
        self = value
    }

    package var quantityText: String { String(self) }
}

extension Int: Quantity {}
extension UInt64: Quantity {}

/// A factor: `1`, `0.5`, without unit, sign or exponent.
extension Double: Quantity {
    package static var quantityName: String { "number" }
    package static var units: [String] { [] }

    package init(quantity text: String) throws(QuantityError) {
        let (number, unit) = try splitQuantity(text, as: Double.self)
        guard unit.isEmpty else { throw QuantityError(.notANumber, seen: text, as: Double.self) }
        self = Double(number.digits) / Double(powerOfTen(number.decimals))
    }

    package var quantityText: String {
        self == rounded() && magnitude < 1e15 ? String(Int(self)) : String(self)
    }
}
