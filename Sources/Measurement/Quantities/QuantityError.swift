/// Why a text is not a quantity of the expected kind, in one sentence.
package struct QuantityError: Error, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case empty
        case notANumber
        case missingUnit
        case unknownUnit(String)
        /// More decimals than the smallest unit allows.
        case tooFine
        /// Below zero, or zero where a value must be above it.
        case tooSmall
        case tooLarge
        /// A quantity, but not within the bounds of its field: `1 s to 1 h`.
        case outOfRange(allowed: String)
    }

    /// The text as written.
    let seen: String
    /// The expected quantity: "duration", "rate", …
    let quantityName: String
    let units: [String]
    let reason: Reason
    /// How to write what was probably meant; may be empty.
    private let advice: String

    package init<Value: Quantity>(_ reason: Reason, seen: String, as type: Value.Type) {
        self.reason = reason
        self.seen = seen
        quantityName = type.quantityName
        units = type.units
        advice = MeantQuantity.advice(on: seen, reason, as: type)
    }

    package var description: String {
        switch reason {
        case .empty: "a \(quantityName) is missing; \(allowed)"
        case .notANumber: "\"\(shownText)\" is not a \(quantityName); \(allowed)\(advice)"
        case .missingUnit: "\"\(shownText)\" has no unit; \(allowed)"
        case .unknownUnit(let unit):
            "\"\(shownText)\" has the unknown unit \"\(unit.prefix(20))\"; \(allowed)\(advice)"
        case .tooFine: "\"\(shownText)\" is finer than a \(quantityName) can be; \(allowed)"
        case .tooSmall: "\"\(shownText)\" is smaller than a \(quantityName) can be; \(allowed)"
        case .tooLarge: "\"\(shownText)\" is larger than a \(quantityName) can be; \(allowed)"
        case .outOfRange(let range): "is \(shownText.spacedBeforeUnit); allowed \(range)"
        }
    }

    /// The sentence with the name of a field or an option: `clients is 0; allowed 1 to 20000`.
    package func sentence(about name: String) -> String {
        if case .outOfRange = reason { return "\(name) \(self)" }
        return "\(name): \(self)"
    }

    // Limited, so that the message stays on one line.
    private var shownText: String {
        seen.count > 40 ? seen.prefix(40) + "…" : seen
    }

    private var allowed: String {
        guard !units.isEmpty else { return "write a number without a unit" }
        if units.count == 1 { return "write a number followed by \(units[0])" }
        return "write a number followed by one of \(units.joined(separator: ", "))"
    }
}

/// Suggests a quantity in place of a common way to write it that is not allowed.
private enum MeantQuantity {
    /// Other names of units, in lower case. A name may mean units of several quantities.
    private static let otherUnits = [
        "sec": ["s"], "secs": ["s"], "second": ["s"], "seconds": ["s"], "msec": ["ms"],
        "m": ["min", "MB", "MiB"], "mins": ["min"], "minute": ["min"], "minutes": ["min"],
        "hr": ["h"], "hour": ["h"], "hours": ["h"], "byte": ["B"], "bytes": ["B"],
        "k": ["kB", "KiB"], "kb": ["kB", "KiB"], "mb": ["MB", "MiB"], "g": ["GB", "GiB"], "gb": ["GB", "GiB"],
        "s": ["/s"], "hz": ["/s"], "ps": ["/s"], "/sec": ["/s"], "/second": ["/s"],
        "/m": ["/min"], "/minute": ["/min"], "/hr": ["/h"], "/hour": ["/h"],
    ]

    static func advice<Value: Quantity>(
        on text: String, _ reason: QuantityError.Reason, as type: Value.Type
    ) -> String {
        // The digits after a comma are read as a part of the unit.
        let pointed = text.replacing(",", with: ".")
        if pointed != text, (try? Value(quantity: pointed)) != nil {
            return "; write the decimal point as \".\": \(pointed)"
        }
        switch reason {
        case .unknownUnit(let unit):
            let number = text.prefix { $0.isNumber || $0 == "." }
            let known = Value.units.filter { $0.lowercased() == unit.lowercased() }
            let other = (otherUnits[unit.lowercased()] ?? []).filter(Value.units.contains)
            let meant = (other.isEmpty ? known : other).map { number + $0 }
            return meant.isEmpty ? "" : "; did you mean \(meant.joined(separator: " or "))?"
        case .notANumber:
            let whole = "0" + text
            return text.first == "." && (try? Value(quantity: whole)) != nil ? "; did you mean \(whole)?" : ""
        case .empty, .missingUnit, .tooFine, .tooSmall, .tooLarge, .outOfRange: return ""
        }
    }
}
