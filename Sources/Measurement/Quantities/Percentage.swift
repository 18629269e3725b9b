/// A share: `1%`, `0.05%`. Resolution 10^-7 %.
package struct Percentage: Quantity, Hashable, Codable, CustomStringConvertible {
    /// 1 % is 10,000,000.
    package let partsPerBillion: Int64

    package init(partsPerBillion: Int64) { self.partsPerBillion = partsPerBillion }

    package init(percent: Int64) { self.init(partsPerBillion: percent * Self.onePercent) }

    package static let quantityName = "share"
    package static let units = ["%"]

    package init(quantity text: String) throws(QuantityError) {
        let (number, unit) = try splitQuantity(text, as: Percentage.self)
        guard unit == "%" else {
            throw QuantityError(unit.isEmpty ? .missingUnit : .unknownUnit(unit), seen: text, as: Percentage.self)
        }
        switch number.whole(times: Self.onePercent) {
        case .success(let parts): partsPerBillion = parts
        case .failure(.tooFine): throw QuantityError(.tooFine, seen: text, as: Percentage.self)
        case .failure(.tooLarge): throw QuantityError(.tooLarge, seen: text, as: Percentage.self)
        }
    }

    /// 1 % is 0.01.
    package var fraction: Double { Double(partsPerBillion) / 1e9 }

    package var quantityText: String {
        let (whole, rest) = partsPerBillion.quotientAndRemainder(dividingBy: Self.onePercent)
        if rest == 0 { return "\(whole)%" }
        var digits = String(rest)
        digits = String(repeating: "0", count: Self.decimals - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)%"
    }

    package var description: String { quantityText }

    package static func < (left: Self, right: Self) -> Bool { left.partsPerBillion < right.partsPerBillion }

    private static let onePercent: Int64 = 10_000_000
    private static let decimals = 7
}
