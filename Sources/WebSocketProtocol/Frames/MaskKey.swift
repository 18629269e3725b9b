/// The four bytes that a client's payload is XORed with (RFC 6455 §5.3).
package struct MaskKey: Sendable, Hashable {
    /// The key as it lies in memory: its first wire byte is the lowest.
    let littleEndian: UInt32

    init(littleEndian: UInt32) {
        self.littleEndian = littleEndian
    }

    package init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        littleEndian = UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24
    }

    /// The key for a payload that begins `offset` bytes into the frame's.
    func advanced(by offset: Int) -> MaskKey {
        let shift = UInt32(truncatingIfNeeded: (offset & 3) * 8)
        return MaskKey(littleEndian: littleEndian &>> shift | (shift == 0 ? 0 : littleEndian &<< (32 - shift)))
    }
}
