/// The block function of ChaCha20 (RFC 8439 §2.3): from a key that nobody knows, words that nobody can foresee.
enum ChaCha20 {
    static let blockWords = 16

    private typealias Row = SIMD4<UInt32>

    // "expand 32-byte k"
    private static let constants = Row(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574)

    /// - Parameters:
    ///   - key: 256 bits, the first byte lowest in the first word.
    ///   - counter: Another one for each block of a key and nonce.
    ///   - nonce: 96 bits.
    /// - Returns: 64 bytes of key stream, the first byte lowest in the first word.
    static func block(key: SIMD8<UInt32>, counter: UInt32, nonce: SIMD3<UInt32>) -> SIMD16<UInt32> {
        let start = (a: constants, b: key.lowHalf, c: key.highHalf, d: Row(counter, nonce.x, nonce.y, nonce.z))
        var (a, b, c, d) = start
        for _ in 0..<10 {
            // The columns, then, with the rows turned against each other, the diagonals.
            quarterRounds(&a, &b, &c, &d)
            (b, c, d) = (turned(b), turned(turned(c)), turned(turned(turned(d))))
            quarterRounds(&a, &b, &c, &d)
            (b, c, d) = (turned(turned(turned(b))), turned(turned(c)), turned(d))
        }
        return SIMD16(
            lowHalf: SIMD8(lowHalf: a &+ start.a, highHalf: b &+ start.b),
            highHalf: SIMD8(lowHalf: c &+ start.c, highHalf: d &+ start.d))
    }

    // §2.1, on four columns at once.
    @inline(__always)
    private static func quarterRounds(_ a: inout Row, _ b: inout Row, _ c: inout Row, _ d: inout Row) {
        a &+= b
        d = rotated(d ^ a, by: 16)
        c &+= d
        b = rotated(b ^ c, by: 12)
        a &+= b
        d = rotated(d ^ a, by: 8)
        c &+= d
        b = rotated(b ^ c, by: 7)
    }

    @inline(__always)
    private static func rotated(_ row: Row, by bits: UInt32) -> Row {
        row &<< Row(repeating: bits) | row &>> Row(repeating: 32 - bits)
    }

    @inline(__always)
    private static func turned(_ row: Row) -> Row {
        Row(row.y, row.z, row.w, row.x)
    }
}
