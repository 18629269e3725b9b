/// ZigZag LEB128 integers of at most 9 bytes, as in HdrHistogram's V2 encoding: seven bits per byte, lowest first, and
/// all eight bits of the ninth byte.
enum ZigZag {
    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        for _ in 0..<8 {
            guard rest > 0x7f else { break }
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Takes one integer from the front; `nil` if the bytes end within it.
    static func take(from bytes: inout ArraySlice<UInt8>) -> Int64? {
        var word: UInt64 = 0
        for position in 0..<9 {
            guard let byte = bytes.popFirst() else { return nil }
            guard position < 8 else {
                word |= UInt64(byte) << 56
                break
            }
            word |= UInt64(byte & 0x7f) << UInt64(7 * position)
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: word >> 1) ^ -Int64(bitPattern: word & 1)
    }
}
