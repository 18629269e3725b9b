/// A value that a person writes with its unit: `250ms`, `128B`, `10/s`, `50Mbit/s`.
///
/// Scenarios and the command line read and print quantities through this one door.
package protocol Quantity: Comparable, Sendable {
    /// The noun for messages: "duration", "rate", …
    static var quantityName: String { get }

    /// The units that may follow the number, smallest first; none for a plain number.
    static var units: [String] { get }

    /// Reads a quantity.
    ///
    /// - Parameter text: The number and its unit, nothing around them.
    /// - Throws: ``QuantityError`` if the text is anything else.
    init(quantity text: String) throws(QuantityError)

    /// The form that ``init(quantity:)`` reads back to the same value.
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
