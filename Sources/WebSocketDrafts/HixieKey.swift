/// `Sec-WebSocket-Key1` or `-Key2` of hixie-76: a number mixed with spaces and random characters, which a form in a web
/// page cannot send (draft-hixie-thewebsocketprotocol-76 §1.3, §4.1 and §5.2).
struct HixieKey: Sendable, Equatable {
    let text: String
    /// The digits as one number, divided by the number of spaces.
    let number: UInt32

    /// Reads a key.
    ///
    /// - Returns: `nil` without a space or a digit, or if the digits exceed 2^32 − 1 or are no multiple of the number
    ///   of spaces.
    init?(reading text: String) {
        var digits: UInt64?
        var spaces: UInt64 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let sum = (digits ?? 0) * 10 + UInt64(byte - UInt8(ascii: "0"))
                guard sum <= UInt64(UInt32.max) else { return nil }
                digits = sum
            case UInt8(ascii: " "): spaces += 1
            default: break
            }
        }
        guard let digits, spaces > 0, digits.isMultiple(of: spaces) else { return nil }
        self.text = text
        number = UInt32(digits / spaces)
    }

    /// Generates a key (§4.1, steps 16 to 22) with 1 to 12 spaces, never first or last, and 1 to 12 other characters.
    init(using random: inout some RandomNumberGenerator) {
        let spaces = 1 + random.below(12)
        let number = random.below(UInt64(UInt32.max) / spaces + 1)
        var characters = Array(String(number * spaces).utf8)
        for _ in 0..<(1 + random.below(12)) {
            let character = Self.otherCharacters[Int(random.below(UInt64(Self.otherCharacters.count)))]
            characters.insert(character, at: Int(random.below(UInt64(characters.count) + 1)))
        }
        for _ in 0..<spaces {
            characters.insert(UInt8(ascii: " "), at: 1 + Int(random.below(UInt64(characters.count) - 1)))
        }
        text = String(decoding: characters, as: UTF8.self)
        self.number = UInt32(number)
    }

    private static let otherCharacters = Array(UInt8(0x21)...0x2F) + Array(UInt8(0x3A)...0x7E)
}

extension RandomNumberGenerator {
    // Implemented here, because the standard library may change how it picks from a range.
    fileprivate mutating func below(_ bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }
}
