/// The masking of RFC 6455 §5.3; applying it twice gives the bytes back.
package enum Masking {
    /// XORs `bytes` in place, eight at a time.
    ///
    /// - Parameters:
    ///   - key: The frame's key.
    ///   - bytes: Any part of the frame's payload.
    ///   - offset: How many payload bytes come before that part.
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
