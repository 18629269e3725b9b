/// Reads JSON (RFC 8259) as far as Socket.IO's packets need it: from left to right, strings and numbers decoded, other
/// values skipped.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0

    private static let deepest = 32

    init(_ bytes: some Collection<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool {
        bytes[position...].allSatisfy(Self.isSpace)
    }

    /// Takes this byte, after white space.
    ///
    /// - Returns: False if another byte follows; it stays.
    mutating func take(_ byte: Character) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte.asciiValue else { return false }
        position += 1
        return true
    }

    /// Takes a string.
    ///
    /// - Returns: Its content as UTF-8, without escapes; `nil` if no string follows.
    mutating func string() -> [UInt8]? {
        guard take("\"") else { return nil }
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return content
            case UInt8(ascii: "\\"):
                guard escape(into: &content) else { return nil }
            case 0..<0x20: return nil
            default: content.append(byte)
            }
        }
        return nil
    }

    /// Takes a whole number without sign, of at most 15 digits.
    mutating func wholeNumber() -> Int? {
        skipSpace()
        let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...15).contains(digits.count) else { return nil }
        position += digits.count
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// Takes an object.
    ///
    /// - Parameter member: Called with each name; must take the value.
    /// - Returns: False if no object follows, or `member` returned false.
    mutating func object(_ member: (inout JSONReader, [UInt8]) -> Bool) -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        repeat {
            guard let name = string(), take(":"), member(&self, name) else { return false }
        } while take(",")
        return take("}")
    }

    /// Takes any value.
    ///
    /// - Returns: False if no value follows, or it is nested too deeply.
    mutating func skipValue(depth: Int = 0) -> Bool {
        guard depth < Self.deepest else { return false }
        skipSpace()
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "{"): return object { reader, _ in reader.skipValue(depth: depth + 1) }
        case UInt8(ascii: "["): return skipArray(depth: depth)
        default: return skipWord()
        }
    }

    private mutating func skipArray(depth: Int) -> Bool {
        guard take("[") else { return false }
        if take("]") { return true }
        repeat {
            guard skipValue(depth: depth + 1) else { return false }
        } while take(",")
        return take("]")
    }

    /// A number, or `true`, `false`, `null`.
    private mutating func skipWord() -> Bool {
        let word = bytes[position...].prefix { byte in
            Self.wordBytes.contains(byte)
        }
        position += word.count
        if ["true", "false", "null"].contains(where: { word.elementsEqual($0.utf8) }) { return true }
        return word.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && word.allSatisfy { Self.numberBytes.contains($0) }
    }

    private static let numberBytes = Set("0123456789+-.eE".utf8)
    private static let wordBytes = numberBytes.union("truefalsn".utf8)

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

    // MARK: Escapes

    private mutating func escape(into content: inout [UInt8]) -> Bool {
        guard position < bytes.count else { return false }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0c)
        case UInt8(ascii: "n"): content.append(0x0a)
        case UInt8(ascii: "r"): content.append(0x0d)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            guard let unit = hexadecimal() else { return false }
            content += Array(String(scalar(unit)).utf8)
        default: return false
        }
        return true
    }

    /// The character of a code unit, with a second one if it is the first half of a surrogate pair; U+FFFD for a half
    /// without the other.
    private mutating func scalar(_ unit: UInt32) -> Unicode.Scalar {
        guard (0xd800...0xdbff).contains(unit) else { return Unicode.Scalar(unit) ?? "\u{fffd}" }
        let before = position
        if bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            if let low = hexadecimal(), (0xdc00...0xdfff).contains(low) {
                return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)) ?? "\u{fffd}"
            }
        }
        position = before
        return "\u{fffd}"
    }

    private mutating func hexadecimal() -> UInt32? {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80 }) else {
            return nil
        }
        position += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
