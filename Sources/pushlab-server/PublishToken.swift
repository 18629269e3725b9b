/// The secret that `POST /publish` asks for.
enum PublishToken {
    private static let lengths = 16...128
    /// What a token may be, for sentences.
    static let rule = "it has 16 to 128 letters, digits and -._~"

    /// Whether it is a `b64token` without the signs that a shell or a URL would change (RFC 6750 §2.1).
    static func isAllowed(_ text: String) -> Bool {
        lengths.contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._~".contains($0)) }
    }

    /// 128 bits of the system's randomness, in hexadecimal.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
