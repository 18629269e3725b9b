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

/// Draws mask keys without a call out of the module: SplitMix64 from a seed.
///
/// RFC 6455 §5.3 wants keys that the author of the payload cannot foresee, which protects intermediaries from scripts
/// in browsers. A load generator writes its own payloads, so a seeded and replayable source is enough here; seed it
/// from `SystemRandomNumberGenerator` where others choose what is sent.
package struct MaskKeySource: Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// Takes a seed from any generator.
    package init(using generator: inout some RandomNumberGenerator) {
        state = generator.next()
    }

    package mutating func next() -> MaskKey {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed &>> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed &>> 27) &* 0x94D0_49BB_1331_11EB
        return MaskKey(littleEndian: UInt32(truncatingIfNeeded: mixed &>> 32))
    }
}
