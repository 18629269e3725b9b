/// The four bytes with which a client's payload is XORed (RFC 6455 §5.3).
package struct MaskKey: Sendable, Hashable {
    /// The key as a little-endian number: the first byte on the wire is the lowest.
    let littleEndian: UInt32

    init(littleEndian: UInt32) {
        self.littleEndian = littleEndian
    }

    package init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        littleEndian = UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24
    }

    /// The key for the part of a payload that begins at `offset`.
    func advanced(by offset: Int) -> MaskKey {
        let shift = UInt32(truncatingIfNeeded: (offset & 3) * 8)
        return MaskKey(littleEndian: littleEndian &>> shift | (shift == 0 ? 0 : littleEndian &<< (32 - shift)))
    }
}

/// The masking of RFC 6455 §5.3; applying it twice restores the bytes.
package enum Masking {
    /// XORs `bytes` in place, eight at a time.
    ///
    /// - Parameters:
    ///   - key: The frame's key.
    ///   - bytes: Any part of the frame's payload.
    ///   - offset: Number of payload bytes before that part.
    package static func apply(_ key: MaskKey, to bytes: UnsafeMutableRawBufferPointer, offset: Int = 0) {
        let rotated = key.advanced(by: offset).littleEndian
        let pattern = UInt64(rotated) | UInt64(rotated) << 32
        var index = 0
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            bytes.storeBytes(of: (word ^ pattern).littleEndian, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        var rest = pattern
        while index < bytes.count {
            bytes[index] ^= UInt8(truncatingIfNeeded: rest)
            rest &>>= 8
            index &+= 1
        }
    }
}
