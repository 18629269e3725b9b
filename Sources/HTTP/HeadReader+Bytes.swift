extension HeadReader {
    package static func equals(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where raw[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    /// Compares without regard to ASCII case; `text` is lower case.
    package static func equalsFolded(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count {
            if folded(raw[range.lowerBound + offset]) != text.utf8Start[offset] { return false }
        }
        return true
    }

    /// Whether a comma-separated list (RFC 9110 §5.6.1) holds this token, in any case.
    static func holdsToken(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>, _ token: StaticString) -> Bool {
        var start = range.lowerBound
        while start <= range.upperBound {
            let comma = raw[start..<range.upperBound].firstIndex(of: UInt8(ascii: ",")) ?? range.upperBound
            if equalsFolded(raw, trimmed(raw, start..<comma), token) { return true }
            start = comma + 1
        }
        return false
    }

    /// Without the white space around it (RFC 9110 §5.6.3).
    static func trimmed(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, raw[start] == 0x20 || raw[start] == 0x09 { start += 1 }
        while end > start, raw[end - 1] == 0x20 || raw[end - 1] == 0x09 { end -= 1 }
        return start..<end
    }

    /// RFC 9110 §5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e:
            true
        default: false
        }
    }

    /// Whether the bytes have the form of an HTTP version (RFC 9112 §2.3).
    static func isVersion(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return range.count == 8 && equals(raw, range.lowerBound..<range.lowerBound + 5, "HTTP/")
            && digits.contains(raw[range.lowerBound + 5]) && raw[range.lowerBound + 6] == UInt8(ascii: ".")
            && digits.contains(raw[range.lowerBound + 7])
    }

    /// Whether a byte may stand in `uri-host [ ":" port ]` (RFC 3986 §3.2.2), an IPv6 address' brackets included.
    static func isAuthorityByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        case 0x21, 0x24...0x2c, 0x3a, 0x3b, 0x3d, 0x5b, 0x5d: true
        default: false
        }
    }

    package static func folded(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }
}
