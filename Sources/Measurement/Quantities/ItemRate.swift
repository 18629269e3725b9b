private let rateUnits: [(name: String, nanoseconds: Int64)] = [
    ("/s", 1_000_000_000), ("/min", 60_000_000_000), ("/h", 3_600_000_000_000),
]

/// A rate of items: `10/s`, `2.5/s`, `1/min`. Stored as a fraction, so that due times do not drift in a long run.
package struct ItemRate: Quantity, Hashable, CustomStringConvertible {
    /// The number of items per ``nanoseconds``.
    package let items: Int64
    /// The time for ``items``; the fraction is in lowest terms.
    package let nanoseconds: Int64

    package init(items: Int64, per time: Duration) {
        precondition(items > 0 && time > .zero, "a rate must be above zero")
        let divisor = greatestCommonDivisor(items, time.nanoseconds)
        self.items = items / divisor
        nanoseconds = time.nanoseconds / divisor
    }

    package static let quantityName = "rate"
    package static let units = rateUnits.map(\.name)

    package init(quantity text: String) throws(QuantityError) {
        let (number, unit) = try splitQuantity(text, as: ItemRate.self)
        guard let time = rateUnits.first(where: { $0.name == unit })?.nanoseconds else {
            throw QuantityError(unit.isEmpty ? .missingUnit : .unknownUnit(unit), seen: text, as: ItemRate.self)
        }
        guard number.digits > 0 else { throw QuantityError(.tooSmall, seen: text, as: ItemRate.self) }
        let (scaled, overflow) = time.multipliedReportingOverflow(by: powerOfTen(number.decimals))
        if overflow { throw QuantityError(.tooFine, seen: text, as: ItemRate.self) }
        self.init(items: number.digits, per: .nanoseconds(scaled))
    }

    /// The time between two items at a constant rate, to the attosecond.
    package var period: Duration { .nanoseconds(nanoseconds) / items }

    package var perSecond: Double { Double(items) * 1e9 / Double(nanoseconds) }

    /// Due time of an item at a constant rate, relative to item 0; rounded down to the nanosecond once.
    package func offset(ofItem index: Int64) -> Duration {
        guard let (offset, _) = divide(index.multipliedFullWidth(by: nanoseconds), by: items) else {
            preconditionFailure("the item is due in more than 292 years")
        }
        return .nanoseconds(offset)
    }

    package var quantityText: String {
        for (name, time) in rateUnits {
            if let number = exactDecimal(items, times: time, over: nanoseconds) { return number + name }
        }
        // Only fractions made in code reach this; an approximate rate per second is sufficient for output.
        return "\(perSecond)/s"
    }

    package var description: String { quantityText }

    package static func < (left: Self, right: Self) -> Bool {
        let leftProduct = left.items.multipliedFullWidth(by: right.nanoseconds)
        let rightProduct = right.items.multipliedFullWidth(by: left.nanoseconds)
        return (leftProduct.high, leftProduct.low) < (rightProduct.high, rightProduct.low)
    }
}

private func greatestCommonDivisor(_ first: Int64, _ second: Int64) -> Int64 {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
}

/// The decimal digits of `count · factor / divisor`; `nil` if it needs more than six decimals.
private func exactDecimal(_ count: Int64, times factor: Int64, over divisor: Int64) -> String? {
    for decimals in 0...6 {
        let (scaled, overflow) = factor.multipliedReportingOverflow(by: powerOfTen(decimals))
        if overflow { return nil }
        guard let (quotient, remainder) = divide(count.multipliedFullWidth(by: scaled), by: divisor) else { return nil }
        if remainder == 0 { return pointed(quotient, decimals: decimals) }
    }
    return nil
}

private func pointed(_ digits: Int64, decimals: Int) -> String {
    guard decimals > 0 else { return String(digits) }
    let text = String(digits)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
}
