/// Why a text is not a quantity of the expected kind, in one sentence.
package struct QuantityError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case empty
        case notANumber
        case missingUnit
        case unknownUnit(String)
        /// More decimals than the smallest unit allows.
        case tooFine
        case tooLarge
    }

    /// The text as written.
    let seen: String
    /// The expected quantity: "duration", "rate", …
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

    // Limited, so that the message stays on one line.
    private var shownText: String {
        seen.count > 40 ? seen.prefix(40) + "…" : seen
    }

    private var allowed: String {
        guard !units.isEmpty else { return "write a number without a unit" }
        return "write a number followed by one of \(units.joined(separator: ", "))"
    }
}
