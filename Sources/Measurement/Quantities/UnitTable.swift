/// Units that are whole multiples of the smallest one, for quantities that are counted in it.
struct UnitTable: Sendable {
    /// Name and size in the smallest unit.
    let units: [(name: String, size: Int64)]

    var names: [String] { units.map(\.name) }

    /// Reads a number with one of the units.
    ///
    /// - Returns: The count of the smallest unit.
    /// - Throws: ``QuantityError`` if the text is anything else.
    func read<Value: Quantity>(_ text: String, as type: Value.Type) throws(QuantityError) -> Int64 {
        let (number, unit) = try splitQuantity(text, as: type)
        guard let size = units.first(where: { $0.name == unit })?.size else {
            throw QuantityError(unit.isEmpty ? .missingUnit : .unknownUnit(unit), seen: text, as: type)
        }
        switch number.whole(times: size) {
        case .success(let count): return count
        case .failure(.tooFine): throw QuantityError(.tooFine, seen: text, as: type)
        case .failure(.tooLarge): throw QuantityError(.tooLarge, seen: text, as: type)
        }
    }

    /// The count in the first of the named units that needs no fraction.
    func text(_ count: Int64, preferring names: [String]) -> String {
        for name in names {
            guard let size = units.first(where: { $0.name == name })?.size else { continue }
            if count != 0, count % size == 0 { return "\(count / size)\(name)" }
        }
        return "\(count)\(units[0].name)"
    }
}

/// Splits a text into its number and its unit.
func splitQuantity<Value: Quantity>(
    _ text: String,
    as type: Value.Type
) throws(QuantityError) -> (number: DecimalNumber, unit: String) {
    if text.isEmpty { throw QuantityError(.empty, seen: text, as: type) }
    guard let (number, rest) = DecimalNumber.leading(text) else {
        throw QuantityError(reasonNotANumber(text), seen: text, as: type)
    }
    // One space is allowed before the unit, as in messages.
    let unit = rest.first == " " ? rest.dropFirst() : rest
    return (number, String(unit))
}

/// Why a text does not begin with a number that can be stored.
private func reasonNotANumber(_ text: String) -> QuantityError.Reason {
    if text.first == "-" && text.dropFirst().first?.isNumber == true { return .tooSmall }
    let number = text.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    // A number with more than 18 digits.
    guard let whole = parts.first, !whole.isEmpty, parts.count <= 2, number.count > 18 else { return .notANumber }
    return whole.drop { $0 == "0" }.count > 18 ? .tooLarge : .tooFine
}
