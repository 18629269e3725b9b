/// A number in a unit of time since 1970, as exact nanoseconds.
enum DecimalTime {
    /// The first instant that no item may have: the year 2100. Later numbers usually have another unit, and differences
    /// of two times below it do not overflow.
    static let endNanoseconds: Int64 = 4_102_444_800 * 1_000_000_000

    // Digits from the first one that is not 0. More have no meaning: a double has 17.
    private static let maximumDigits = 40
    private static let maximumExponent = 999

    /// Reads a decimal number as in JSON, without a sign; digits below a nanosecond are discarded.
    ///
    /// - Returns: `nil` if the text is not such a number, or if the time is in 2100 or later.
    static func nanoseconds(_ text: some StringProtocol, unit: ForeignForm.TimeUnit) -> Int64? {
        var rest = Array(text.utf8)[...]
        var digits = takeDigits(&rest)
        if digits.isEmpty { return nil }
        var exponent = unit.exponent
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            let fraction = takeDigits(&rest)
            if fraction.isEmpty { return nil }
            digits += fraction
            exponent -= fraction.count
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            guard let power = takeExponent(&rest) else { return nil }
            exponent += power
        }
        return rest.isEmpty ? nanoseconds(digits.drop { $0 == 0 }, exponent) : nil
    }

    // The digits times 10 to the power of `exponent`.
    private static func nanoseconds(_ digits: ArraySlice<UInt8>, _ exponent: Int) -> Int64? {
        guard digits.count <= maximumDigits else { return nil }
        var value: Int64 = 0
        for digit in digits.dropLast(max(0, -exponent)) {
            guard let next = shifted(value, adding: digit) else { return nil }
            value = next
        }
        // Zero stays zero, and any other number soon exceeds the bound.
        if value == 0 { return 0 }
        for _ in 0..<max(0, exponent) {
            guard let next = shifted(value, adding: 0) else { return nil }
            value = next
        }
        return value
    }

    private static func shifted(_ value: Int64, adding digit: UInt8) -> Int64? {
        let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = product.addingReportingOverflow(Int64(digit))
        return overflowed || carried || sum >= endNanoseconds ? nil : sum
    }

    private static func takeDigits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
        rest = rest.dropFirst(digits.count)
        return digits.map { $0 - 0x30 }
    }

    private static func takeExponent(_ rest: inout ArraySlice<UInt8>) -> Int? {
        rest = rest.dropFirst()
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let digits = takeDigits(&rest)
        guard !digits.isEmpty, digits.count <= 9 else { return nil }
        let power = min(digits.reduce(0) { $0 * 10 + Int($1) }, maximumExponent)
        return isNegative ? -power : power
    }
}

extension ForeignForm.TimeUnit {
    /// One unit is 10 to this power of nanoseconds.
    fileprivate var exponent: Int {
        switch self {
        case .seconds: 9
        case .milliseconds: 6
        case .microseconds: 3
        case .nanoseconds: 0
        }
    }
}
