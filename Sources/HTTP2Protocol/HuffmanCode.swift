import NIOCore

/// The Huffman code of HPACK (RFC 7541 §5.2, appendix B), for encoding.
enum HuffmanCode {
    // Bits of each byte's code. The code is canonical: the codes follow from their lengths.
    private static let lengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
        28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
        8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
        13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
        28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
        22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
        22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
        25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
    ]

    // For each byte its code, and how many bits it has.
    private static let codes: [(code: UInt32, length: UInt8)] = {
        var codes = lengths.map { (code: UInt32(0), length: $0) }
        let order = lengths.indices.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
        var (code, length) = (UInt32(0), lengths[order[0]])
        for index in order {
            code <<= UInt32(lengths[index] - length)
            length = lengths[index]
            codes[index].code = code
            code += 1
        }
        return codes
    }()

    /// Bytes of a text in this code.
    static func encodedBytes(_ text: String.UTF8View) -> Int {
        (text.reduce(0) { $0 + Int(lengths[Int($1)]) } + 7) / 8
    }

    /// Appends a text in this code, padded with ones.
    static func write(_ text: String.UTF8View, into buffer: inout ByteBuffer) {
        var (bits, count) = (UInt64(0), UInt64(0))
        for byte in text {
            let (code, length) = codes[Int(byte)]
            bits = bits << UInt64(length) | UInt64(code)
            count += UInt64(length)
            while count >= 8 {
                count -= 8
                buffer.writeInteger(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        if count > 0 { buffer.writeInteger(UInt8(truncatingIfNeeded: bits << (8 - count) | 0xff >> count)) }
    }
}
