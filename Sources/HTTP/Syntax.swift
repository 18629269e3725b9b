import Glibc

// The grammar shared by requests and responses (RFC 9110 §5, RFC 9112 §2), for bytes and for text.

extension UInt8 {
    /// Whether the byte is allowed in a token (RFC 9110 §5.6.2).
    package var isTokenByte: Bool { isIn(low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe) }

    /// Whether the byte is in a set of ASCII characters, one bit per character. A request has hundreds of bytes.
    private func isIn(low: UInt64, high: UInt64) -> Bool {
        self < 0x80 && (self < 0x40 ? low : high) &>> UInt64(self & 0x3f) & 1 == 1
    }

    /// Whether the byte is allowed in a field's value: visible, space, tab, and bytes above ASCII (RFC 9110 §5.5).
    package var isFieldByte: Bool { self == 0x09 || (self >= 0x20 && self != 0x7f) }

    /// A space or a tab (RFC 9110 §5.6.3).
    var isOptionalSpace: Bool { self == 0x20 || self == 0x09 }

    /// Whether the byte is allowed in `uri-host [ ":" port ]` (RFC 3986 §3.2.2), including the brackets of an IPv6
    /// address.
    var isAuthorityByte: Bool { isIn(low: 0x2fff_7ff2_0000_0000, high: 0x47ff_fffe_afff_fffe) }

    /// ASCII letters in lower case; other bytes unchanged.
    package var folded: UInt8 { self >= 0x41 && self <= 0x5a ? self | 0x20 : self }
}

// MARK: - Ranges of bytes, without allocating a string

extension UnsafeRawBufferPointer {
    /// Index of the first byte in the range that meets the condition. Without a slice, whose bounds are checked per
    /// byte.
    @inline(__always)
    func first(in range: Range<Int>, where meets: (UInt8) -> Bool) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if meets(self[index]) { return index }
            index += 1
        }
        return nil
    }

    @inline(__always)
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        first(in: range) { $0 == byte }
    }

    @inline(__always)
    func all(in range: Range<Int>, meet condition: (UInt8) -> Bool) -> Bool {
        first(in: range) { !condition($0) } == nil
    }

    /// Index of the first byte that no line contains: a control character other than a tab; ``count`` without one.
    /// Looks at eight bytes at a time.
    func lineEnd(from start: Int) -> Int {
        var index = start
        while index + 8 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let below = (word &- Self.eachByte(0x20)) & ~word
            let delete = word ^ Self.eachByte(0x7f)
            // The lowest bit that is set is right; a borrow can only set higher ones.
            let found = (below | (delete &- Self.eachByte(0x01)) & ~delete) & Self.eachByte(0x80)
            if found == 0 {
                index += 8
                continue
            }
            index += found.trailingZeroBitCount / 8
            if self[index] != 0x09 { return index }
            index += 1
        }
        return first(in: index..<count) { !$0.isFieldByte } ?? count
    }

    /// Index of the next line feed.
    func lineFeed(from start: Int) -> Int? {
        guard let baseAddress, start < count else { return nil }
        return memchr(baseAddress + start, 0x0a, count - start).map { UnsafeRawPointer($0) - baseAddress }
    }

    @inline(__always)
    private static func eachByte(_ byte: UInt64) -> UInt64 { byte &* 0x0101_0101_0101_0101 }

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
