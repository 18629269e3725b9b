import NIOCore

/// Validates UTF-8 as it arrives (RFC 3629 §4), in chunks of any size.
///
/// Rejects overlong forms, surrogates and code points above U+10FFFF at the first byte that shows them.
///
/// The standard library validates only complete text; RFC 6455 §8.1 allows an endpoint to fail at once.
package struct UTF8Validator: Sendable {
    private var missingBytes: UInt8 = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    package init() {}

    /// Whether the bytes so far end at a character boundary, as required at the end of a message.
    package var isAtBoundary: Bool { missingBytes == 0 }

    /// Validates the next bytes.
    ///
    /// - Returns: `false` if they are not UTF-8; do not use the validator after that.
    package mutating func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if missingBytes == 0 {
                index = Self.skipLongCharacters(bytes, from: Self.skipASCII(bytes, from: index))
                guard index < bytes.count else { return true }
            }
            guard accepts(bytes[index]) else { return false }
            index &+= 1
        }
        return true
    }

    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= bytes.count,
            bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            index &+= 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index &+= 1 }
        return index
    }

    /// Skips characters of two to four bytes, one word per character. Stops at ASCII and at incomplete or invalid
    /// bytes, which the byte-by-byte check decides.
    private static func skipLongCharacters(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index &+ 4 <= bytes.count {
            let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            let length = longCharacterLength(word)
            guard length > 0 else { break }
            index &+= length
        }
        return index
    }

    /// - Parameter word: Four bytes as a little-endian number.
    /// - Returns: 2 to 4 if a complete character begins there, otherwise 0.
    @inline(__always)
    private static func longCharacterLength(_ word: UInt32) -> Int {
        if word & 0x00C0_C0F0 == 0x0080_80E0 {
            // If the other bits are 0, the form is overlong; 0x200D is a surrogate.
            let bits = word & 0x200F
            return bits != 0 && bits != 0x200D ? 3 : 0
        }
        // The highest bits of the value; a value below 2 means that the character fits in one byte (overlong).
        if word & 0xC0E0 == 0x80C0 { return word & 0x1E != 0 ? 2 : 0 }
        // The plane, 1 to 16: plane 0 fits in three bytes (overlong).
        let plane = (word & 0x07) &<< 2 | (word &>> 12) & 0x03
        return word & 0xC0C0_C0F8 == 0x8080_80F0 && plane >= 1 && plane <= 16 ? 4 : 0
    }

    private mutating func accepts(_ byte: UInt8) -> Bool {
        guard missingBytes > 0 else { return begins(with: byte) }
        guard byte >= lowest, byte <= highest else { return false }
        missingBytes -= 1
        (lowest, highest) = (0x80, 0xBF)
        return true
    }

    private mutating func begins(with byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missingBytes = 1
        case 0xE0: (missingBytes, lowest) = (2, 0xA0)
        case 0xED: (missingBytes, highest) = (2, 0x9F)
        case 0xE1...0xEF: missingBytes = 2
        case 0xF0: (missingBytes, lowest) = (3, 0x90)
        case 0xF1...0xF3: missingBytes = 3
        case 0xF4: (missingBytes, highest) = (3, 0x8F)
        default: return false
        }
        return true
    }
}

extension ByteBuffer {
    /// Whether all readable bytes are UTF-8.
    var isUTF8: Bool {
        var validator = UTF8Validator()
        return withUnsafeReadableBytes { validator.accepts($0) } && validator.isAtBoundary
    }
}
