/// Strings of JSON texts (RFC 8259 §7).
package enum JSONString {
    package static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    /// Whether the byte is space between the parts of a JSON text (§2).
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }

    /// Whether a string has escapes, so that its text is not its content.
    ///
    /// - Parameter content: The bytes between the quotation marks.
    /// - Returns: Whether there is a backslash.
    package static func hasEscapes(_ content: UnsafeRawBufferPointer) -> Bool { content.contains(backslash) }

    /// Decodes escapes. The result is never longer than the content.
    ///
    /// - Parameter content: The bytes between the quotation marks.
    /// - Returns: The text. U+FFFD replaces a surrogate without its other half, which is not a character (§8.2).
    package static func decoded(_ content: UnsafeRawBufferPointer) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(content.count)
        var rest = content[...]
        while let escape = rest.firstIndex(of: backslash) {
            text.append(contentsOf: rest[..<escape])
            rest = rest[(escape + 1)...]
            appendEscaped(&rest, to: &text)
        }
        text.append(contentsOf: rest)
        return text
    }

    /// Whether the decoded content is this text.
    static func content(_ content: UnsafeRawBufferPointer, equals text: [UInt8]) -> Bool {
        hasEscapes(content) ? decoded(content) == text : content.elementsEqual(text)
    }

    static func hexadecimal(_ byte: UInt8) -> UInt16? {
        switch byte {
        case 0x30...0x39: UInt16(byte) - 0x30
        case 0x41...0x46: UInt16(byte) - 0x41 + 10
        case 0x61...0x66: UInt16(byte) - 0x61 + 10
        default: nil
        }
    }

    private static func appendEscaped(_ rest: inout Slice<UnsafeRawBufferPointer>, to text: inout [UInt8]) {
        guard let code = rest.popFirst() else { return }
        switch code {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: character(&rest))
        default: text.append(code)
        }
    }

    // The four digits after `\u`, and if they are the first half of a surrogate pair, the next escape.
    private static func character(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UTF8.EncodedScalar {
        guard let first = unit(&rest) else { return UTF8.encodedReplacementCharacter }
        var value = UInt32(first)
        if first & 0xfc00 == 0xd800 {
            var next = rest
            if next.popFirst() == backslash, next.popFirst() == UInt8(ascii: "u"), let second = unit(&next),
                second & 0xfc00 == 0xdc00
            {
                rest = next
                value = 0x10000 + (UInt32(first & 0x3ff) << 10 | UInt32(second & 0x3ff))
            }
        }
        return Unicode.Scalar(value).flatMap { UTF8.encode($0) } ?? UTF8.encodedReplacementCharacter
    }

    private static func unit(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UInt16? {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = rest.first, let digit = hexadecimal(byte) else { return nil }
            value = value << 4 | digit
            rest = rest.dropFirst()
        }
        return value
    }
}
