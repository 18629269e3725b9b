/// A secret that requests carry: for `POST /publish`, or for control of the teaching page.
enum SecretToken {
    static let longest = 128
    private static let lengths = 16...longest
    /// The rule in words, for error sentences.
    static let rule = "allowed 16 to 128 letters, digits and -._~"

    /// Whether it is a `b64token` (RFC 6750 §2.1) without the characters that shells and URLs change.
    static func isAllowed(_ text: String) -> Bool {
        lengths.contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0)) }
    }

    /// 128 random bits in hexadecimal.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
