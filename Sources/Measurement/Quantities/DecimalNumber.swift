/// A non-negative decimal number, exactly as written: `2.5` is 25 tenths.
struct DecimalNumber: Equatable {
    var digits: Int64
    /// Number of digits after the decimal point.
    var decimals: Int

    /// Reads the number at the start of a text.
    ///
    /// - Returns: The number and the text after it; `nil` if there is no number or it has more than 18 digits.
    static func leading(_ text: String) -> (number: DecimalNumber, rest: Substring)? {
        var rest = Substring(text)
        let whole = takeDigits(from: &rest)
        var fraction: Substring = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = takeDigits(from: &rest)
            if fraction.isEmpty { return nil }
        }
        guard !whole.isEmpty, whole.count + fraction.count <= 18, let digits = Int64(whole + fraction) else {
            return nil
        }
        return (DecimalNumber(digits: digits, decimals: fraction.count), rest)
    }

    /// The number times a factor as a whole number, or why the product is not one.
    func whole(times factor: Int64) -> Result<Int64, ScaleError> {
        let product = digits.multipliedFullWidth(by: factor)
        guard let (quotient, remainder) = divide(product, by: powerOfTen(decimals)) else { return .failure(.tooLarge) }
        return remainder == 0 ? .success(quotient) : .failure(.tooFine)
    }

    enum ScaleError: Error, CustomStringConvertible {
        case tooLarge, tooFine

        var description: String { self == .tooLarge ? "the number is too large" : "the number has too many decimals" }
    }

    private static func takeDigits(from rest: inout Substring) -> Substring {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest[digits.endIndex...]
        return digits
    }
}

/// Ten to the given power; `exponent` is 0 … 18.
func powerOfTen(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
}

/// Divides a non-negative double-width product; `nil` if the quotient is too large.
func divide(_ product: (high: Int64, low: UInt64), by divisor: Int64) -> (quotient: Int64, remainder: Int64)? {
    // The quotient is below 2^63 exactly if the product divided by 2^63 is below the divisor.
    guard product.high < Int64.max / 2, product.high * 2 + Int64(product.low >> 63) < divisor else { return nil }
    return divisor.dividingFullWidth(product)
}
