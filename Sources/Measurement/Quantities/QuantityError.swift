/// Why a text is not the quantity that was asked for, in one sentence.
package struct QuantityError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case empty
        case notANumber
        case missingUnit
        case unknownUnit(String)
        /// More decimals than the smallest unit can hold.
        case tooFine
        case tooLarge
    }

    /// What was written.
    let seen: String
    /// What was wanted: "duration", "rate", …
    let quantityName: String
    let units: [String]
    let reason: Reason

    package init<Value: Quantity>(_ reason: Reason, seen: String, as type: Value.Type) {
        self.reason = reason
        self.seen = seen
        quantityName = type.quantityName
        units = type.units
    }

    package var description: String {
        switch reason {
        case .empty: "a \(quantityName) is missing; \(allowed)"
        case .notANumber: "\"\(shownText)\" is not a \(quantityName); \(allowed)"
        case .missingUnit: "\"\(shownText)\" has no unit; \(allowed)"
        case .unknownUnit(let unit): "\"\(shownText)\" has the unknown unit \"\(unit.prefix(20))\"; \(allowed)"
        case .tooFine: "\"\(shownText)\" is finer than a \(quantityName) can be; \(allowed)"
        case .tooLarge: "\"\(shownText)\" is larger than a \(quantityName) can be; \(allowed)"
        }
    }

    // A message stays one line however long the input.
    private var shownText: String {
        seen.count > 40 ? seen.prefix(40) + "…" : seen
    }

    private var allowed: String {
        guard !units.isEmpty else { return "allowed is a number without a unit" }
        return "allowed is a number followed by one of \(units.joined(separator: ", "))"
    }
}
