// The grammar shared by requests and responses (RFC 9110 §5, RFC 9112 §2), for bytes and for text.

extension UInt8 {
    /// Whether the byte is allowed in a token (RFC 9110 §5.6.2).
    package var isTokenByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e:
            true
        default: false
        }
    }

    /// Whether the byte is allowed in a field's value: visible, space, tab, and bytes above ASCII (RFC 9110 §5.5).
    package var isFieldByte: Bool { self == 0x09 || (self >= 0x20 && self != 0x7f) }

    /// A space or a tab (RFC 9110 §5.6.3).
    var isOptionalSpace: Bool { self == 0x20 || self == 0x09 }

    /// Whether the byte is allowed in `uri-host [ ":" port ]` (RFC 3986 §3.2.2), including the brackets of an IPv6
    /// address.
    var isAuthorityByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        case 0x21, 0x24...0x2c, 0x3a, 0x3b, 0x3d, 0x5b, 0x5d: true
        default: false
        }
    }

    /// ASCII letters in lower case; other bytes unchanged.
    package var folded: UInt8 { self >= 0x41 && self <= 0x5a ? self | 0x20 : self }
}

// MARK: - Ranges of bytes, without allocating a string

extension UnsafeRawBufferPointer {
    package func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Compares ignoring ASCII case; `text` must be in lower case.
    func equalsFolded(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where self[range.lowerBound + offset].folded != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// Whether a comma-separated list (RFC 9110 §5.6.1) contains this token, in any case.
    func holdsToken(_ range: Range<Int>, _ token: StaticString) -> Bool {
        var start = range.lowerBound
        while start <= range.upperBound {
            let comma = self[start..<range.upperBound].firstIndex(of: UInt8(ascii: ",")) ?? range.upperBound
            if equalsFolded(trimmed(start..<comma), token) { return true }
            start = comma + 1
        }
        return false
    }

    /// The range without the white space around it (RFC 9110 §5.6.3).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, self[start].isOptionalSpace { start += 1 }
        while end > start, self[end - 1].isOptionalSpace { end -= 1 }
        return start..<end
    }

    /// Whether the bytes have the form of an HTTP version (RFC 9112 §2.3).
    func isVersion(_ range: Range<Int>) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return range.count == 8 && equals(range.lowerBound..<range.lowerBound + 5, "HTTP/")
            && digits.contains(self[range.lowerBound + 5]) && self[range.lowerBound + 6] == UInt8(ascii: ".")
            && digits.contains(self[range.lowerBound + 7])
    }
}

// MARK: - Text, off the measured path

extension StringProtocol {
    /// The text without the spaces and tabs around it (RFC 9110 §5.6.3).
    func trimmingOptionalSpace() -> String {
        let rest = utf8.drop(while: \.isOptionalSpace).reversed().drop(while: \.isOptionalSpace).reversed()
        return String(decoding: Array(rest), as: UTF8.self)
    }

    /// Compares ignoring the case of ASCII letters.
    package func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.folded == $1.folded }
    }

    /// The elements of a comma-separated list; empty ones are left out (RFC 9110 §5.6.1).
    package func listElements() -> [String] {
        split(separator: ",").map { $0.trimmingOptionalSpace() }.filter { !$0.isEmpty }
    }

    /// A peer's text for a sentence: in quotation marks, printable, on one line and not longer than 80 characters.
    package var quotedLine: String { "'\(prefix(80).printableASCII)'" }

    /// The text with question marks for all other characters, so that a peer's text cannot control a terminal.
    package var printableASCII: String { String(map { (" "..."~").contains($0) && $0.isASCII ? $0 : "?" }) }

    /// One or more token characters (RFC 9110 §5.6.2).
    package var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isTokenByte) }
}
