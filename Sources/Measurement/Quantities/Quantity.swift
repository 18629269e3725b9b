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
    /// The form for sentences, with a space before the unit: `25 s`, `128 B`, but `10/s`.
    package var spokenText: String {
        let text = quantityText
        guard let unit = text.firstIndex(where: \.isLetter), unit > text.startIndex,
            text[text.index(before: unit)].isNumber
        else { return text }
        return text[..<unit] + " " + text[unit...]
    }
}
