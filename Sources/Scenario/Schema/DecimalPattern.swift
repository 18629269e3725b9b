/// Regular expressions for the decimal numbers within bounds, as ECMA-262, Python and Swift read them.
///
/// A number is digits, perhaps a point and further digits. Zeros before and behind it do not change it.
enum DecimalPattern {
    /// The numbers from one to another.
    ///
    /// - Parameters:
    ///   - low: The least number, such as `20` or `0.001`.
    ///   - high: The largest number, not below the least.
    ///   - decimals: Digits after the point at most, apart from zeros at the end; `nil` for any.
    /// - Returns: An expression without anchors, which is to be put in a group.
    static func text(from low: String, to high: String, decimals: Int?) -> String {
        let (low, high) = (Parts(low), Parts(high))
        if low.whole == high.whole {
            return alternatives(fractions(low.fraction, high.fraction, decimals).map { "0*\(low.whole)\($0)" })
        }
        var found: [String] = []
        // Below the least whole number in the middle, only some fractions are allowed; above the largest likewise.
        if !low.fraction.isEmpty {
            found += fractions(low.fraction, nil, decimals).map { "0*\(low.whole)\($0)" }
        }
        let first = low.fraction.isEmpty ? low.whole : low.whole + 1
        if first < high.whole {
            let middle = alternatives(wholeNumbers(first, high.whole - 1))
            found += fractions("", nil, decimals).map { "0*(?:\(middle))\($0)" }
        }
        found += fractions("", high.fraction, decimals).map { "0*\(high.whole)\($0)" }
        return alternatives(found)
    }

    private struct Parts {
        let whole: Int
        let fraction: Substring

        init(_ text: String) {
            let parts = text.split(separator: ".")
            whole = parts.first.flatMap { Int($0) } ?? 0
            var digits = parts.count > 1 ? parts[1] : ""
            while digits.last == "0" { digits.removeLast() }
            fraction = digits
        }
    }

    private static func alternatives(_ found: [String]) -> String { found.joined(separator: "|") }

    // MARK: Whole numbers

    private static func wholeNumbers(_ low: Int, _ high: Int) -> [String] {
        if low == 0 { return ["0"] + (high == 0 ? [] : wholeNumbers(1, high)) }
        let (least, most) = (String(low), String(high))
        if least.count == most.count { return [sameLength(Substring(least), Substring(most))] }
        // Each number of the lengths between is allowed; of the shortest and the longest, perhaps only some.
        let nines = Substring(String(repeating: "9", count: least.count))
        let start = Substring("1" + String(repeating: "0", count: most.count - 1))
        let hasAllShort = least.dropFirst().allSatisfy { $0 == "0" } && least.first == "1"
        let hasAllLong = most.allSatisfy { $0 == "9" }
        let lengths = (hasAllShort ? least.count : least.count + 1, hasAllLong ? most.count : most.count - 1)
        var found: [String] = []
        if !hasAllShort { found.append(sameLength(Substring(least), nines)) }
        if lengths.0 <= lengths.1 { found.append("[1-9]" + anyDigits(lengths.0 - 1, lengths.1 - 1)) }
        if !hasAllLong { found.append(sameLength(start, Substring(most))) }
        return found
    }

    /// The digits from one text to another of the same length.
    private static func sameLength(_ low: Substring, _ high: Substring) -> String {
        guard let first = low.first, let last = high.first else { return "" }
        let (lowRest, highRest) = (low.dropFirst(), high.dropFirst())
        let zeros = Substring(String(repeating: "0", count: lowRest.count))
        let nines = Substring(String(repeating: "9", count: lowRest.count))
        if lowRest == zeros, highRest == nines { return digit(first, last) + anyDigits(lowRest.count) }
        if first == last { return "\(first)\(sameLength(lowRest, highRest))" }
        return "(?:"
            + alternatives(
                choices(
                    first, last, lowest: sameLength(lowRest, nines), between: anyDigits(lowRest.count),
                    highest: sameLength(zeros, highRest))) + ")"
    }

    private static func anyDigits(_ count: Int) -> String { anyDigits(count, count) }

    private static func anyDigits(_ least: Int, _ most: Int) -> String {
        switch (least, most) {
        case (_, 0): ""
        case (1, 1): "[0-9]"
        case (least, least): "[0-9]{\(least)}"
        default: "[0-9]{\(least),\(most)}"
        }
    }

    // MARK: Fractions

    /// What may follow a whole number: nothing, or a point and digits between two others; without an upper bound for
    /// `nil`.
    ///
    /// - Returns: No expression if nothing may follow and something has to.
    private static func fractions(_ low: Substring, _ high: Substring?, _ decimals: Int?) -> [String] {
        guard let digits = digits(low, high, decimals) else { return [] }
        return [low.isEmpty ? "(?:\\.\(digits))?" : "\\.\(digits)"]
    }

    /// One digit or more.
    private static func digits(_ low: Substring, _ high: Substring?, _ left: Int?) -> String? {
        if high?.isEmpty == true || left == 0 { return low.isEmpty ? "0+" : nil }
        if low.isEmpty, high == nil { return left.map { anyDigits(1, $0) + "0*" } ?? "[0-9]+" }
        let (first, last) = (low.first ?? "0", high.map { $0.first ?? "0" } ?? "9")
        let (lowRest, highRest, rest) = (low.dropFirst(), high?.dropFirst(), left.map { $0 - 1 })
        if first == last { return rests(lowRest, highRest, rest).map { "\(first)\($0)" } }
        let found = choices(
            first, last, lowest: rests(lowRest, nil, rest), between: rests("", nil, rest),
            highest: rests("", highRest, rest))
        return found.isEmpty ? nil : "(?:\(alternatives(found)))"
    }

    /// No digit or more, behind a digit.
    private static func rests(_ low: Substring, _ high: Substring?, _ left: Int?) -> String? {
        if high?.isEmpty == true || left == 0 { return low.isEmpty ? "0*" : nil }
        if low.isEmpty, high == nil { return left.map { anyDigits(0, $0) + "0*" } ?? "[0-9]*" }
        return digits(low, high, left).map { low.isEmpty ? "(?:\($0))?" : $0 }
    }

    // MARK: Digits

    /// The digits from one to another, each with what may follow it; digits in a row with the same rest are one choice.
    private static func choices(
        _ first: Character, _ last: Character, lowest: String?, between: String?, highest: String?
    ) -> [String] {
        guard let low = first.wholeNumberValue, let high = last.wholeNumberValue else { return [] }
        var found: [(first: Int, last: Int, rest: String)] = []
        for digit in low...high {
            guard let rest = digit == low ? lowest : digit == high ? highest : between else { continue }
            if let previous = found.last, previous.rest == rest, previous.last == digit - 1 {
                found[found.count - 1].last = digit
            } else {
                found.append((digit, digit, rest))
            }
        }
        return found.map { "\($0.first == $0.last ? "\($0.first)" : "[\($0.first)-\($0.last)]")\($0.rest)" }
    }

    private static func digit(_ first: Character, _ last: Character) -> String {
        first == last ? "\(first)" : "[\(first)-\(last)]"
    }
}
