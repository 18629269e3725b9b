/// A value that is written with its unit: `250ms`, `128B`, `10/s`, `50Mbit/s`.
///
/// Scenarios and the command line use this protocol to read and print quantities.
package protocol Quantity: Comparable, Sendable {
    /// The noun for error messages: "duration", "rate", …
    static var quantityName: String { get }

    /// The allowed units, smallest first; empty for a plain number.
    static var units: [String] { get }

    /// Reads a quantity.
    ///
    /// - Parameter text: A number and its unit, and nothing else.
    /// - Throws: ``QuantityError`` if the text is anything else.
    init(quantity text: String) throws(QuantityError)

    /// The text that ``init(quantity:)`` reads as the same value.
    var quantityText: String { get }
}

extension Quantity {
    /// Reads a quantity within bounds.
    ///
    /// - Throws: ``QuantityError`` for any other text; `outOfRange` for numbers below, above and beyond what can be
    ///   stored alike.
    package init(quantity text: String, in range: ClosedRange<Self>) throws(QuantityError) {
        do {
            let value = try Self(quantity: text)
            if range.contains(value) {
                self = value
                return
            }
        } catch {
            guard [.tooSmall, .tooLarge].contains(error.reason) else { throw error }
        }
        throw QuantityError(.outOfRange(allowed: range.spokenText), seen: text, as: Self.self)
    }

    /// The form for sentences, with a space before the unit: `25 s`, `128 B`, but `10/s`.
    package var spokenText: String { quantityText.spacedBeforeUnit }
}

extension ClosedRange where Bound: Quantity {
    /// `1 s to 1 h`.
    package var spokenText: String { "\(lowerBound.spokenText) to \(upperBound.spokenText)" }
}

extension String {
    /// A quantity's text with a space before its unit if the unit is a word.
    var spacedBeforeUnit: String {
        guard let unit = firstIndex(where: \.isLetter), unit > startIndex, self[index(before: unit)].isNumber else {
            return self
        }
        return self[..<unit] + " " + self[unit...]
    }
}
